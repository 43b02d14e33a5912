"""Search by words and meaning, with and without inference."""

import pytest

from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.testing import WORKSPACE
from plait_shared.errors import Retryable
from tests.integration.knowledge_graph.door import OUTSIDER, Door

pytestmark = pytest.mark.integration


def test_search_by_words_and_meaning(door: Door) -> None:
    found = door.get("/v1/search", OUTSIDER, q="login bug")
    assert found["degraded"] is None
    best = found["items"][0]
    assert (best["message"]["text"], best["found_by"]) == ("HER-12 is blocked: the login times out", ["text", "vector"])
    chinese = door.get("/v1/search", OUTSIDER, q="登录超时")["items"][0]
    assert "text" in chinese["found_by"]
    assert "登录超时" in chinese["message"]["text"]
    door.get("/v1/search", OUTSIDER, q="login bug")
    assert door.inference.asked == ["login bug", "登录超时"], "asked once, then remembered"


def test_search_without_vectors_says_so(door: Door) -> None:
    door.inference.away = True
    found = door.get("/v1/search", OUTSIDER, q="who fixed the login")
    assert found["degraded"] == "text only"
    assert [hit["found_by"] for hit in found["items"]] == [["text"]]
    assert door.get("/v1/search", OUTSIDER, q="?!")["items"] == []


def test_questions_are_asked_no_more_than_a_few_at_once(door: Door) -> None:
    for _ in range(4):
        door.questions._free.acquire()
    assert door.get("/v1/search", q="something new")["degraded"] == "text only"
    assert door.inference.asked == []


def test_vectors_of_questions_are_remembered_up_to_a_size(door: Door) -> None:
    for question in ("one", "two", "three"):
        assert door.questions.vector(WORKSPACE, question)
    assert len(door.questions._known) == 2


def test_statements_that_take_too_long_are_given_up(database: Database) -> None:
    with pytest.raises(Retryable, match="timeout"), database.reading(0.05) as connection:
        connection.execute("SELECT pg_sleep(5)")
