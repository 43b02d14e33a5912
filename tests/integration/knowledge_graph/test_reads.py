"""Conversations, messages, entities, facts: paged, and at a moment."""

from typing import Any

import pytest

from plait_knowledge_graph.graph.conversations import state_of
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.testing import WORKSPACE, at, summary
from plait_schemas.ids import derived_id
from tests.integration.knowledge_graph.door import MEMBER, OUTSIDER, Door, node, store

pytestmark = pytest.mark.integration


def test_conversation_shows_messages_facts_and_summary(door: Door, database: Database) -> None:
    page = door.get("/v1/conversations/chat:heron", OUTSIDER, limit=2)
    assert [said["text"] for said in page["messages"]] == [
        "Rui takes over HER-12 of Project Heron.", "HER-12 is blocked: the login times out",
    ]  # fmt: skip
    rest = door.get("/v1/conversations/chat:heron", OUTSIDER, limit=2, cursor=page["next"])
    assert (len(rest["messages"]), rest["next"]) == (1, None)
    assert page["summary"] is None
    facts = {(one["predicate"], one["object"]["name"]): one for one in page["facts"]}
    assert facts["assigned_to", "Rui Salgueiro"]["evidence"][0]["quote"] == "Rui takes over HER-12"
    assert facts["status", "blocked"]["valid_to"] == at(20).isoformat().replace("+00:00", "Z")
    ids = [(said["message_id"], said["event_id"]) for said in page["messages"] + rest["messages"]]
    store(database, summary(state_of(ids), "HER-12 is done."), summary("old", "Old."))
    seen = door.get("/v1/conversations/chat:heron", OUTSIDER)
    assert seen["summary"]["sentences"][0]["text"] == "HER-12 is done."
    assert (seen["summary"]["stale"], seen["summary"]["settled_at"]) == (
        False,
        at(100).isoformat().replace("+00:00", "Z"),
    )
    assert len(door.get("/v1/conversations/chat:heron")["parts"]) == 2
    assert [one["summarised"] for one in door.get("/v1/conversations", OUTSIDER)["items"]] == [True]


def test_conversations_are_paged_latest_first(door: Door) -> None:
    seen, cursor = [], None
    while True:
        page = door.get("/v1/conversations", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [(one["id"], one["audience"]) for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [("chat:board", "group:chat:board"), ("chat:heron", "group:chat:board"), ("chat:heron", "public")]


def test_message_names_its_things(door: Door) -> None:
    said = door.get(f"/v1/messages/{derived_id('message', WORKSPACE, '1')}", OUTSIDER)
    assert [one["node"]["name"] for one in said["mentions"]] == ["Rui Salgueiro", "HER-12", "Project Heron"]
    assert said["tags"]["intents"][0]["label"] == "decision"
    assert said["conversation"]["title"] == "Heron"
    assert said["sent_at"].endswith("Z")


def test_entities_by_beginning_label_and_page(door: Door) -> None:
    assert [one["name"] for one in door.get("/v1/entities", q="her")["items"]] == ["HER-12", "Project Heron"]
    assert [one["name"] for one in door.get("/v1/entities", q="pro HER")["items"]] == ["Project Heron"]
    assert [one["name"] for one in door.get("/v1/entities", label="person", q="rui")["items"]] == ["Rui Salgueiro"]
    first = door.get("/v1/entities", limit=2)
    second = door.get("/v1/entities", limit=2, cursor=first["next"])
    assert {one["id"] for one in first["items"]}.isdisjoint(one["id"] for one in second["items"])
    assert door.get("/v1/entities", OUTSIDER, q="quick")["items"] == []


def test_entity_with_facts_and_neighbours(door: Door) -> None:
    her = node(door, "HER-12")
    seen = door.get(f"/v1/entities/{her}", OUTSIDER)
    assert {(one["predicate"], one["object"]["name"]) for one in seen["facts"]} == {
        ("assigned_to", "Rui Salgueiro"), ("part_of", "Project Heron"), ("status", "blocked"), ("status", "done"),
    }  # fmt: skip
    assert {one["name"] for one in seen["neighbours"]} == {"Rui Salgueiro", "Project Heron", "blocked", "done"}
    then = door.get(f"/v1/entities/{her}", OUTSIDER, as_of=at(15).isoformat())
    assert "done" not in {one["object"]["name"] for one in then["facts"]}
    capped = door.get(f"/v1/neighbours/{her}", OUTSIDER, limit=1)
    assert (len(capped["items"]), capped["capped"]) == (1, True)
    rui = door.get(f"/v1/neighbours/{node(door, 'Rui Salgueiro')}")
    assert [(one["name"], one["predicates"]) for one in rui["items"]] == [("HER-12", ["assigned_to"])]


def test_facts_at_a_moment(door: Door) -> None:
    def states(user: str, **parameters: Any) -> list[str]:
        page = door.get("/v1/facts", user, subject="her-12", predicate="status", **parameters)
        return [one["object"]["name"] for one in page["items"]]

    assert states(OUTSIDER) == ["done"]
    assert states(OUTSIDER, as_of=at(12).isoformat()) == ["blocked"]
    assert states(OUTSIDER, as_of="2026-03-02T12:12:00+03:00") == ["blocked"]
    assert states(OUTSIDER, as_of=at(1).isoformat()) == []
    assert states(OUTSIDER, history=True) == ["blocked", "done"]
    assert states(MEMBER) == ["done", "cancelled"]
    assert states(MEMBER, conversation="chat:board") == ["cancelled"]
    first = door.get("/v1/facts", history=True, limit=2)
    second = door.get("/v1/facts", history=True, limit=200, cursor=first["next"])
    assert len({one["id"] for one in first["items"] + second["items"]}) == len(first["items"] + second["items"]) == 7
