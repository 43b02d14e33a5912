"""What is found of a conversation's items is counted as the reader's notes say."""

import json
from pathlib import Path
from typing import Any

import pytest

from plait_inference.training.items import Item, by_key_words, pairs, promise, promised, read, rouge_1, scores
from plait_shared.errors import Misconfigured


def noted(**changes: Any) -> dict[str, Any]:
    return {
        "conversation": "c",
        "decisions": [],
        "actions": [],
        "questions": [],
        "summary": "Ann ships the export on Friday.",
    } | changes


def said(**changes: Any) -> dict[str, Any]:
    return {"decisions": [], "actions": [], "questions": [], "summary": [{"text": "Friday"}]} | changes


def action(owner: str | None, due: str | None, due_at: str | None, *messages: str) -> dict[str, Any]:
    return {"owner": owner, "due": due, "due_at": due_at, "messages": list(messages), "evidence": list(messages)}


def test_an_item_is_found_by_its_first_message_and_only_once() -> None:
    wanted = [{"messages": ["2", "1"]}, {"messages": ["5"]}]
    assert [
        (one["messages"][0], other["evidence"][0])
        for one, other in pairs(wanted, [{"evidence": ["1", "2"]}, {"evidence": ["2"]}, {"evidence": ["7", "5"]}])
    ] == [("2", "2"), ("5", "7")]
    assert pairs(wanted, []) == []


def test_a_reversed_decision_is_none_to_find() -> None:
    gold = noted(
        decisions=[
            {"text": "", "messages": ["1"], "reversed": True},
            {"text": "", "messages": ["2"], "reversed": False},
        ]
    )
    found = scores([gold], [said(decisions=[{"evidence": ["1"]}, {"evidence": ["2"]}])])
    assert found["decisions F1"] == (2 / 3, 1.0)


def test_owner_and_due_count_among_the_actions_found() -> None:
    gold = noted(
        actions=[
            action("Ann", "by Friday", "2026-03-06", "1"),
            action("Bo", None, None, "2"),
            action("Cai", "soon", None, "9"),
        ]
    )
    given = said(
        actions=[
            action("Ann", "Friday", "2026-03-06T12:00:00", "1"),
            action(None, None, None, "2"),
            action("Ann", None, None, "4"),
        ]
    )
    found = scores([gold], [given])
    assert found["actions F1"] == (4 / 6, 3.0)
    assert found["owner right"] == (0.5, 2.0)
    assert found["due right"] == (1.0, 1.0)


def test_open_questions_are_those_without_an_answer_in_both() -> None:
    gold = noted(questions=[{"message": "1", "answered_by": None}, {"message": "2", "answered_by": "3"}])
    given = said(questions=[{"evidence": ["1"], "answered_by": None}, {"evidence": ["2"], "answered_by": None}])
    found = scores([gold], [given])
    assert found["questions F1"] == (1.0, 2.0)
    assert found["open questions F1"] == (2 / 3, 1.0)


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("the cat sat", "the cat", 0.8),
        ("周五上线", "周五", 2 * 2 / 6),
        ("a a", "a", 2 / 3),
        ("one", "two", 0.0),
        ("", "", 0.0),
    ],
)
def test_rouge_counts_words_and_han_characters(wanted: str, given: str, expected: float) -> None:
    assert rouge_1(wanted, given) == pytest.approx(expected)


def shipped(folder: Path, items: Item) -> Path:
    (folder / "items").mkdir()
    lines = [
        {"id": "1", "conversation": "c", "author": "Ann", "text": "We decided: ship it."},
        {"id": "2", "conversation": "c", "author": "Bo", "text": "I'll do it. When?"},
    ]
    (folder / "office.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    (folder / "items" / "en.jsonl").write_text(json.dumps(items), "utf-8")
    return folder


def test_notes_come_with_their_messages_and_key_words_find_what_they_find(tmp_path: Path) -> None:
    [found] = read(shipped(tmp_path, noted()))
    assert [message.id for message in found.conversation.messages] == ["1", "2"]
    usual = by_key_words(found)
    assert [item["evidence"] for item in usual["decisions"]] == [["1"]]
    assert [(item["evidence"], item["owner"]) for item in usual["actions"]] == [(["2"], "Bo")]
    assert [item["evidence"] for item in usual["questions"]] == [["2"]]


def test_notes_on_a_conversation_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no messages for gone"):
        read(shipped(tmp_path, noted(conversation="gone")))


def test_scores_are_kept_beside_the_notes(tmp_path: Path) -> None:
    assert promised(tmp_path) == {}
    (tmp_path / "items").mkdir()
    table = {"held out": {"decisions F1": {"model": 0.5, "baseline": 0.1, "support": 3.0}}}
    promise(tmp_path, table)
    assert promised(tmp_path) == table
