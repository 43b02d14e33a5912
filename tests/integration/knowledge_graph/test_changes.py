"""What the graph tells of its facts."""

import json

import pytest

from plait_knowledge_graph.testing import at, enriched, message
from plait_schemas.records import Change, GraphChange
from tests.integration.knowledge_graph.rig import Rig

pytestmark = pytest.mark.integration


def test_changes_are_told_once_and_follow_the_trace(rig: Rig) -> None:
    first, second = "[W:HER-12] is blocked", "[W:HER-12] is done"
    traced = rig.codec.encode(enriched(first, message(first), ["blocker"]), "00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    rig.producer.send([traced, traced])
    rig.take(enriched(second, message(second, id_="2", minute=3), ["status"]))
    told = [(one.change, one.fact.object.name) for one in rig.said(GraphChange) if isinstance(one, GraphChange)]
    assert sorted(told) == [("closed", "blocked"), ("opened", "blocked"), ("opened", "done")]
    headers = [dict(raw.headers) for raw in rig.broker.records("collab.graph-change.v1")]
    assert any(b"a" * 32 in header["traceparent"] for header in headers)
    rig.take(enriched(second, message(second, id_="2", minute=3), ["status"]))
    assert len(rig.said(GraphChange)) == 3
    rig.take(message("", id_="2", version=2, minute=4, change=Change.DELETED))
    last = [one for one in rig.said(GraphChange) if isinstance(one, GraphChange) and one.change == "withdrawn"]
    assert [one.fact.object.name for one in last] == ["done"]


def test_changes_of_a_fact_are_counted_beyond_its_withdrawal(rig: Rig) -> None:
    def say(text: str, id_: str, minute: float, version: int = 1, change: Change = Change.CREATED) -> None:
        said = message(text, id_=id_, minute=minute, version=version, change=change)
        rig.take(enriched(text, said, ["status", "blocker"]))

    say("[W:HER-12] is blocked", "1", 0)
    say("[W:HER-12] is done", "2", 3)
    say("[W:HER-12] is in progress", "3", 2)
    say("", "3", 2, 2, Change.DELETED)
    say("", "2", 3, 2, Change.DELETED)
    say("", "1", 0, 2, Change.DELETED)
    say("[W:HER-12] is blocked", "1", 0, 3, Change.EDITED)
    told = [one for one in rig.said(GraphChange) if isinstance(one, GraphChange) and one.fact.object.name == "blocked"]
    told.sort(key=lambda one: one.revision)
    assert len({one.id for one in told}) == len(told)
    until = [one.fact.valid_to for one in told]
    assert [(one.revision, one.change.value) for one in told] == [
        (1, "opened"), (2, "closed"), (3, "closed"), (4, "closed"), (5, "opened"), (6, "withdrawn"), (7, "opened"),
    ]  # fmt: skip
    assert until[1:5] == [at(3), at(2), at(3), None]
    assert not any("revision" in json.loads(line) for line in rig.dump())


def test_what_is_too_large_for_kafka_does_not_block_the_outbox(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait_knowledge_graph.stage.MOST_BYTES", 10)
    text = "[W:HER-12] is done"
    rig.take(enriched(text, message(text)))
    assert rig.query("SELECT id FROM outbox") == []
    assert rig.said(GraphChange) == []
