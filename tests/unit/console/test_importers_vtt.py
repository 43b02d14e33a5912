from datetime import UTC, datetime
from pathlib import Path

import pytest

from plait_console.events import Item, Malformed
from plait_console.importers.meeting import Meeting, meeting_of, read_vtt, sidecar
from plait_console.importers.webvtt import Cue, parse
from plait_shared.errors import Misconfigured

MEETING = Meeting("m-1", "Planning", datetime(2026, 3, 2, 10, tzinfo=UTC), ({"id": "ines@heronworks.example"},))


def cues(text: str) -> list[Cue | Malformed]:
    return list(parse(text))


def said(text: str) -> list[tuple[str, str]]:
    return [(cue.speaker, cue.text) for cue in parse(text) if isinstance(cue, Cue)]


def test_reads_voices_ids_settings_and_several_lines() -> None:
    text = (
        "WEBVTT - planning\n\nNOTE made by a tool\n\nSTYLE\n::cue { color: red }\n\n"
        "intro-1\n00:00:01.500 --> 00:00:04.000 align:start position:10%\n<v.loud Inês Duarte>Good\nmorning</v>\n\n"
        "01:02:03.004 --> 01:02:05.000\n<v 贺铭>早 &amp; <i>好</i>\n"
    )
    assert cues(text) == [
        Cue(1, 1.5, 4.0, "Inês Duarte", "Good morning", "cue 1 (line 8)"),
        Cue(2, 3723.004, 3725.0, "贺铭", "早 & 好", "cue 2 (line 13)"),
    ]


def test_carriage_returns_byte_order_mark_and_missing_last_newline() -> None:
    assert said("\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\n<v A>one") == [("A", "one")]


def test_a_cue_with_several_voices_gives_one_for_each() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A>one</v>\n<v B>two</v>\n\n00:03.000 --> 00:04.000\n<v A>three\n"
    assert [(cue.index, cue.speaker, cue.text) for cue in cues(text) if isinstance(cue, Cue)] == [
        (1, "A", "one"),
        (2, "B", "two"),
        (3, "A", "three"),
    ]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("Wanjiru Kamande: I propose it.", ("Wanjiru Kamande", "I propose it.")),
        ("nobody is named here", ("", "nobody is named here")),
        ("It costs: nothing", ("It costs", "nothing")),
        ("10:30 works for me", ("", "10:30 works for me")),
    ],
)
def test_speakers_without_voice_span(payload: str, expected: tuple[str, str]) -> None:
    assert said(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{payload}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "place", "cause"),
    [
        ("not vtt", "line 1", "begins with the line WEBVTT"),
        ("WEBVTTX\n", "line 1", "begins with the line WEBVTT"),
        ("WEBVTT\n\n00:01 --> 00:02.000\n<v A>x\n", "line 3", "can't read the times"),
        ("WEBVTT\n\nid\nno times here\n", "line 4", "start --> end"),
        ("WEBVTT\n\nlonely\n", "line 4", "start --> end"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\n<v A>x\n", "line 3", "ends before it starts"),
    ],
)
def test_names_the_place_of_what_it_cannot_read(text: str, place: str, cause: str) -> None:
    (found,) = cues(text)
    assert isinstance(found, Malformed)
    assert found.place == place
    assert cause in found.cause


def test_what_follows_a_bad_cue_is_read() -> None:
    text = "WEBVTT\n\nbad --> times\n<v A>x\n\n00:01.000 --> 00:02.000\n<v A>good\n"
    assert [type(found) for found in cues(text)] == [Malformed, Cue]


def test_empty_cues_say_nothing() -> None:
    assert cues("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A></v>\n\n00:03.000 --> 00:04.000\n") == []


def test_cues_become_events(tmp_path: Path) -> None:
    path = tmp_path / "planning.vtt"
    path.write_text("WEBVTT\n\n00:00:04.200 --> 00:00:12.800\n<v Inês Duarte>Good morning\n", "utf-8")
    (item,) = read_vtt(path, MEETING)
    assert isinstance(item, Item)
    assert item.event["id"] == "m-1#1"
    assert item.event["type"] == "meeting.cue"
    assert item.event["time"] == "2026-03-02T10:00:04.200000+00:00"
    assert item.event["data"] == {
        "meeting": {
            "id": "m-1",
            "title": "Planning",
            "started_at": "2026-03-02T10:00:00+00:00",
            "attendees": [{"id": "ines@heronworks.example"}],
        },
        "cue": {"index": 1, "start_s": 4.2, "end_s": 12.8, "speaker": "Inês Duarte", "text": "Good morning"},
    }


def test_a_file_that_is_not_utf8_is_one_malformed_place(tmp_path: Path) -> None:
    path = tmp_path / "x.vtt"
    path.write_bytes(b"WEBVTT\n\xff")
    assert list(read_vtt(path, MEETING)) == [Malformed("byte 7", "not UTF-8")]


def test_the_meeting_comes_from_the_sidecar(tmp_path: Path) -> None:
    path = tmp_path / "planning.vtt"
    assert sidecar(path) == {}
    path.with_suffix(".json").write_text(
        '{"id": "m", "title": "T", "started_at": "2026-03-02T10:00:00+01:00", '
        '"audience": {"group": "g"}, "attendees": ["a@b"]}',
        "utf-8",
    )
    meeting = meeting_of(sidecar(path), "planning.vtt")
    assert (meeting.id, meeting.title, meeting.audience) == ("m", "T", {"group": "g"})
    assert meeting.attendees == ({"id": "a@b"},)


@pytest.mark.parametrize("content", ["[]", "{", ""])
def test_a_bad_sidecar_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, "utf-8")
    with pytest.raises(Misconfigured, match=r"a\.json"):
        sidecar(tmp_path / "a.vtt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": "T"}, "--meeting-id, --started-at"),
        ({"id": "m", "title": "T", "started_at": "Monday"}, "started_at"),
        ({"id": "m", "title": "T", "started_at": "2026-03-02T10:00:00"}, "time zone"),
    ],
)
def test_what_is_missing_of_a_meeting_is_named(data: dict[str, str], message: str) -> None:
    with pytest.raises(Misconfigured, match=message):
        meeting_of(data, "x.vtt")
