import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from plait_console.events import Item, Malformed
from plait_console.importers.jsonl import read_jsonl
from plait_console.importers.mbox import mail_time, read_mbox
from plait_console.importers.slack_export import read_slack_export
from plait_shared.errors import BadRecord

MAIL = (
    b"From a@example.org Mon Mar  2 02:21:08 2026\nMessage-ID: <1@example.org>\n"
    b"Date: Mon, 02 Mar 2026 10:21:08 +0800\nFrom: a@example.org\nSubject: x\n\n>From here\n\n"
)


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")


def events(items: list[Item | Malformed]) -> list[dict[str, Any]]:
    return [item.event for item in items if isinstance(item, Item)]


def malformed(items: list[Item | Malformed]) -> list[Malformed]:
    return [item for item in items if isinstance(item, Malformed)]


def test_jsonl_gives_messages_and_passes_cloud_events_on(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    cloud = {"specversion": "1.0", "id": "e", "type": "slack.event", "source": "x"}
    lines = [{"id": "c-1", "tool": "chat", "sent_at": "2026-03-02T10:00:00Z", "text": "hi"}, cloud]
    path.write_text("\n\n".join(map(json.dumps, lines)), "utf-8")
    first, second = events(list(read_jsonl(path)))
    assert (first["type"], first["id"], first["time"]) == ("plait.message", "chat:c-1", "2026-03-02T10:00:00Z")
    assert first["data"] == lines[0]
    assert second == cloud


def test_jsonl_versions_have_ids_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    edit = {"id": "c-1", "change": "edited", "occurred_at": "2026-03-02T11:00:00Z", "sent_at": "x"}
    path.write_text(json.dumps({"id": "c-1"}) + "\n" + json.dumps(edit), "utf-8")
    assert [event["id"] for event in events(list(read_jsonl(path)))] == [
        "chat:c-1",
        "chat:c-1:edited:2026-03-02T11:00:00Z",
    ]


def test_jsonl_names_the_line_of_what_it_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id": "a"}\nnope\n[1]\n{"id": 7}\n"\xff"\n{"id": "b"}\n')
    found = list(read_jsonl(path))
    assert [bad.place for bad in malformed(found)] == ["line 2", "line 3", "line 4", "line 5"]
    assert len(events(found)) == 2


def test_mbox_keeps_every_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(MAIL + MAIL.replace(b"<1@", b"<2@"))
    first, second = events(list(read_mbox(path)))
    assert (first["id"], second["id"]) == ("<1@example.org>", "<2@example.org>")
    assert first["time"] == "2026-03-02T10:21:08+08:00"
    assert base64.b64decode(first["data_base64"]).startswith(b"Message-ID: <1@example.org>\n")


def test_mbox_reports_mails_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    no_date = MAIL.replace(b"Date: Mon, 02 Mar 2026 10:21:08 +0800\n", b"")
    no_id = MAIL.replace(b"Message-ID: <1@example.org>\n", b"")
    path.write_bytes(no_date + b"From x Mon Mar  2 02:21:08 2026\n\n\n" + no_id)
    found = list(read_mbox(path))
    assert [(bad.place, bad.cause) for bad in malformed(found)] == [
        ("mail 1", "the Date header can't be read: None"),
        ("mail 2", "no mail headers"),
    ]
    assert events(found)[0]["id"].startswith("sha256:")


def test_mbox_refuses_another_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(b"Dear all")
    with pytest.raises(BadRecord, match="no mbox"):
        list(read_mbox(path))
    path.write_bytes(b"")
    assert list(read_mbox(path)) == []


def test_mail_time_without_zone_is_utc() -> None:
    at = mail_time("Mon, 02 Mar 2026 10:21:08 -0000")
    assert at is not None
    assert at.isoformat() == "2026-03-02T10:21:08+00:00"


def slack_export(folder: Path) -> None:
    write(
        folder / "users.json",
        [
            {"id": "U1", "name": "ines", "profile": {"real_name": "Inês Duarte", "email": "Ines@heronworks.example"}},
            {"id": "U2", "name": "bot", "is_bot": True},
        ],
    )
    write(folder / "channels.json", [{"id": "C1", "name": "general", "members": ["U1"]}])
    write(folder / "groups.json", [{"id": "G1", "name": "pay", "created": 1772323200, "members": ["U1", "U2", "U9"]}])
    write(folder / "dms.json", [{"id": "D1", "members": ["U1"]}])
    write(folder / "general" / "2026-03-02.json", [{"type": "message", "user": "U1", "ts": "20.5", "text": "later"}])
    write(folder / "general" / "2026-03-01.json", [{"type": "message", "user": "U7", "ts": "1.0", "text": "first"}])
    write(folder / "pay" / "2026-03-02.json", [{"type": "message", "user": "U1", "ts": "20.1", "text": "secret"}])
    write(folder / "D1" / "2026-03-02.json", [{"type": "message", "user": "U1", "ts": "30.0", "text": "dm"}])


def zipped(folder: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(folder.rglob("*.json")):
            archive.write(file, prefix + str(file.relative_to(folder)))
    return target


def test_slack_export_tells_members_first_and_then_days_in_order_of_time(tmp_path: Path) -> None:
    slack_export(tmp_path / "x")
    found = events(list(read_slack_export(tmp_path / "x")))
    memberships = [event["data"] for event in found if event["type"] == "plait.membership"]
    assert [(m["group"], m["member"]["id"], m["member"]["kind"]) for m in memberships] == [
        ("slack:G1", "slack:U1", "person"),
        ("slack:G1", "slack:U2", "bot"),
        ("slack:G1", "slack:U9", "person"),
        ("slack:D1", "slack:U1", "person"),
    ]
    assert memberships[0]["occurred_at"] == "2026-03-01T00:00:00+00:00"
    messages = [event for event in found if event["type"] == "slack.event"]
    assert found == [*found[:4], *messages]
    texts = [slack_message(event)["text"] for event in messages]
    assert texts == ["first", "secret", "later", "dm"]


def slack_message(event: dict[str, Any]) -> dict[str, Any]:
    data = event["data"]
    message: dict[str, Any] = data.get("event", data)
    return message


def test_slack_messages_know_their_channel_and_author(tmp_path: Path) -> None:
    slack_export(tmp_path / "x")
    found = {
        slack_message(e)["text"]: slack_message(e)
        for e in events(list(read_slack_export(tmp_path / "x")))
        if e["type"] == "slack.event"
    }
    assert (found["secret"]["channel"], found["secret"]["channel_type"]) == ("G1", "group")
    assert (found["dm"]["channel"], found["dm"]["channel_type"]) == ("D1", "im")
    assert found["later"]["user_profile"]["real_name"] == "Inês Duarte"


@pytest.mark.parametrize("prefix", ["", "heron-export/"])
def test_a_zipped_export_is_the_same(tmp_path: Path, prefix: str) -> None:
    slack_export(tmp_path / "x")
    archive = zipped(tmp_path / "x", tmp_path / "x.zip", prefix)
    assert list(read_slack_export(archive)) == list(read_slack_export(tmp_path / "x"))


def test_slack_export_reports_places(tmp_path: Path) -> None:
    slack_export(tmp_path)
    write(tmp_path / "general" / "2026-03-03.json", "{")
    write(tmp_path / "general" / "2026-03-04.json", {"no": "list"})
    write(tmp_path / "general" / "2026-03-05.json", ["x", {"type": "message"}, {"type": "message", "ts": "3"}])
    found = list(read_slack_export(tmp_path))
    assert [bad.place for bad in malformed(found)] == [
        "general/2026-03-03.json",
        "general/2026-03-04.json",
        "general/2026-03-05.json entry 1",
        "general/2026-03-05.json entry 2",
    ]
    assert len(events(found)) == 9


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, r"no users\.json"),
        ({"users.json": "{"}, r"users\.json: not JSON"),
        ({"users.json": {"a": 1}}, "a list is expected"),
        ({"users.json": [{"name": "x"}]}, "entry 1 has no `id`"),
        ({"users.json": []}, "names a conversation"),
    ],
)
def test_what_is_no_slack_export_is_refused(tmp_path: Path, files: dict[str, object], message: str) -> None:
    for name, value in files.items():
        write(tmp_path / name, value)
    with pytest.raises(BadRecord, match=message):
        list(read_slack_export(tmp_path))


def test_neither_folder_nor_zip(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "hello")
    with pytest.raises(BadRecord, match="neither a folder nor a zip"):
        list(read_slack_export(tmp_path / "a.txt"))
