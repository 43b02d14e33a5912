"""JSON lines: one answer a line, in order, whatever the line holds."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.answers.lines import answer_lines
from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.offline import enrich, summarize
from plait_inference.reading import Reading
from plait_inference.records_io import (
    Asked,
    Fault,
    Message,
    dump,
    lines,
    read_conversation,
    read_message,
    read_question,
)


def run(command: Any, model: TagModel, data: bytes) -> list[dict[str, Any]]:
    sink = io.BytesIO()
    count = command(model, io.BytesIO(data), sink, BatchBudget())
    answers = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert count == len(answers)
    return answers


BAD_LINES = [
    (b"{", "bad_json"),
    (b"[1]", "wrong_type"),
    (b"", "empty"),
    (b'{"id": "a"}', "missing_text"),
    (b'{"id": "a", "text": 3}', "wrong_type"),
    (b'{"id": "a", "text": "  "}', "empty"),
    (b'{"id": {}, "text": "x"}', "wrong_type"),
    (b'{"id": "a", "text": "x", "author": 3}', "wrong_type"),
    (b'{"id": "a", "text": "x", "time": "yesterday"}', "wrong_type"),
    (b'{"id": "a", "text": "\xff"}', "bad_encoding"),
    (b'{"id": "a", "text": "\\ud83d"}', "bad_encoding"),
    (b'{"id": "a", "text": "poison"}', "unreadable"),
    (b"[" * 100_000, "bad_json"),
]


@pytest.mark.parametrize(("line", "code"), BAD_LINES, ids=[str(i) for i in range(len(BAD_LINES))])
def test_a_bad_line_is_answered_in_its_place(model: TagModel, line: bytes, code: str) -> None:
    good = b'{"id": "g", "text": "fine"}'
    before, bad, after = run(enrich, model, b"\n".join([good, line, good]))
    assert bad["error"]["code"] == code
    assert bad["error"]["detail"]
    assert before["id"] == after["id"] == "g"
    assert "intents" in before


def test_an_enrichment_has_every_field_and_exact_offsets(model: TagModel) -> None:
    [answer] = run(enrich, model, '{"id": 7, "text": "👍 收到"}\n'.encode())
    assert set(answer) == {
        *("id", "language", "intents", "entities", "sentiment", "urgency", "topic", "harm", "model"),
    }
    assert answer["id"] == "7"
    assert answer["model"] == {"name": "fake", "revision": "0"}


def test_a_conversation_is_summarised_and_a_bad_one_answered(model: TagModel) -> None:
    messages = [
        {"id": "2", "author": "Tom", "time": "2026-03-04T10:00:00Z", "text": "the second crane is booked for Thursday"},
        {"id": "1", "author": "Mara", "time": "2026-03-04T09:00:00Z", "text": "the first pump broke again last night"},
        {"id": "3", "author": "Mara", "time": "2026-03-04T11:00:00Z", "text": ""},
    ]
    good = json.dumps({"conversation": "c", "participants": [{"name": "Mara"}, "Tom", 3], "messages": messages})
    bad = json.dumps({"conversation": "d", "messages": "none"})
    first, second = run(summarize, model, f"{good}\n{bad}\n".encode())
    assert set(first) == {"conversation", "language", "summary", "decisions", "actions", "questions", "model"}
    assert [item["evidence"] for item in first["summary"]] == [["1"], ["2"]]
    assert second["conversation"] == "d"
    assert second["error"]["code"] == "wrong_type"


def test_the_owner_of_an_action_is_a_name_or_nobody(
    reading: Callable[..., Reading], model: TagModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "encode", lambda texts: [reading(text, ["commitment"]) for text in texts])
    messages = [
        {"id": "1", "author": "Mara", "text": "I'll send the deck."},
        {"id": "2", "text": "I'll call the venue."},
    ]
    [answer] = run(summarize, model, json.dumps({"conversation": "c", "messages": messages}).encode())
    assert [action["owner"] for action in answer["actions"]] == ["Mara", None]


QUESTION = {
    "id": 7,
    "question": "When is the release?",
    "passages": [
        {"id": "b", "author": "Tom", "time": "2026-03-04T10:00:00Z", "text": "Correction: the release is on Friday."},
        {"id": "a", "author": "Mara", "time": "2026-03-04T09:00:00Z", "text": "The release is on Tuesday."},
        {"text": "poison", "time": "2026-03-04T09:30:00Z"},
        {"text": ""},
    ],
}


def test_questions_are_answered_in_place_from_their_own_passages(model: TagModel) -> None:
    asked = [QUESTION, {**QUESTION, "id": "n", "passages": []}, {"id": "x", "question": "Who?"}]
    found, nothing, bad = run(answer_lines, model, "\n".join(map(json.dumps, asked)).encode())
    assert set(found) == {"id", "answer", "evidence", "score", "model"}
    assert (found["id"], found["answer"], found["evidence"][0]) == ("7", "Friday", "b")
    assert (nothing["answer"], nothing["evidence"], nothing["score"]) == (None, [], 0.0)
    assert (bad["id"], bad["error"]["code"]) == ("x", "wrong_type")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"question": None}, "wrong_type"),
        ({"question": " "}, "empty"),
        ({"question": "poison"}, "unreadable"),
        ({"passages": [3]}, "wrong_type"),
        ({"passages": [{"id": "a"}]}, "missing_text"),
        ({"passages": [{"text": "x", "time": "soon"}]}, "wrong_type"),
    ],
)
def test_a_bad_question_is_answered_with_its_fault(model: TagModel, changes: dict[str, Any], code: str) -> None:
    [answer] = run(answer_lines, model, json.dumps(QUESTION | changes).encode())
    assert (answer["id"], answer["error"]["code"]) == ("7", code)


def test_a_question_is_missing(model: TagModel) -> None:
    [answer] = run(answer_lines, model, b'{"id": "a", "passages": []}')
    assert answer["error"]["code"] == "missing_question"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"conversation": "c"}, "wrong_type"),
        ({"conversation": "c", "messages": []}, "empty"),
        ({"conversation": "c", "messages": [{"text": ""}]}, "empty"),
        ({"conversation": "c", "messages": [3]}, "wrong_type"),
        ({"conversation": "c", "messages": [{"id": "1"}]}, "missing_text"),
    ],
)
def test_conversations_that_cannot_be_read(record: dict[str, Any], code: str) -> None:
    found = read_conversation(json.dumps(record).encode())
    assert isinstance(found, Fault)
    assert found.code == code


def test_a_line_without_end_is_skipped_without_holding_it() -> None:
    stream = io.BytesIO(b"a\n" + b"x" * 100 + b"\nb\n" + b"y" * 100)
    assert list(lines(stream, max_bytes=10)) == [b"a", None, b"b", None]


@given(st.text(max_size=40))
def test_any_text_comes_back_as_it_was_given(text: str) -> None:
    found = read_message(json.dumps({"id": "a", "text": text}).encode())
    if isinstance(found, Message):
        assert found.text == text
    else:
        assert found.code in {"empty", "bad_encoding"}


def test_half_a_surrogate_in_an_answer_is_escaped() -> None:
    assert json.loads(dump({"id": "\ud83d"})) == {"id": "\ud83d"}


def test_a_question_keeps_its_passages_places_and_leaves_blank_ones_out() -> None:
    passages = [{"text": " "}, {"id": None, "text": "b"}, {"text": None}, {"id": "x", "text": "d"}]
    asked = read_question(json.dumps({"id": "q", "question": "?", "passages": passages}).encode())
    assert isinstance(asked, Asked)
    assert [(message.id, message.text) for message in asked.passages] == [("1", "b"), ("x", "d")]


def test_too_many_sentences_are_refused(model: TagModel) -> None:
    passages = [{"id": str(n), "text": "One. Two."} for n in range(501)]
    line = json.dumps({"id": "q", "question": "Which?", "passages": passages}).encode()
    [answer] = run(answer_lines, model, line)
    assert answer["error"] == {
        "code": "too_long", "detail": "1002 sentences are too many to answer from: send 1000 at most",
    }  # fmt: skip
