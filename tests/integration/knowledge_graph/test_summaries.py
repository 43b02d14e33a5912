"""Settled conversations, and the summaries that are kept of them."""

import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.testing import PUBLIC, at, fresh_database, group, summary
from plait_schemas.records import Change
from tests.integration.knowledge_graph.rig import Rig, requests, rig_on, shown, talk

pytestmark = pytest.mark.integration


def test_settled_conversation_asks_once_for_each_state(rig: Rig) -> None:
    talk(rig, "1", 0)
    rig.wait(31)
    assert requests(rig) == []
    talk(rig, "2", 1)
    rig.wait(29)
    assert requests(rig) == []
    rig.wait(2)
    rig.wait(60)
    (one,) = requests(rig)
    assert [said.text for said in one.messages] == ["fine", "fine"]
    assert one.messages[0].tags is not None
    talk(rig, "3", 100)
    rig.wait(31)
    assert len(requests(rig)) == 2
    talk(rig, "3", 101, version=2, change=Change.DELETED)
    rig.wait(31)
    assert len(requests(rig)) == 2, "the first state is back, and was asked about"


def test_later_events_make_earlier_conversations_quiet(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    talk(rig, "9", 40, conversation="chat:other")
    (one,) = requests(rig)
    assert (one.conversation.id, one.settled_at) == ("chat:heron", at(40))


def test_request_waits_for_tags_but_not_for_ever(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1, tagged=False)
    rig.wait(60)
    assert requests(rig) == []
    rig.wait(62)
    (one,) = requests(rig)
    assert [said.tags is None for said in one.messages] == [False, True]


def test_one_summary_for_each_audience(rig: Rig) -> None:
    for number, audience in enumerate([None, None, "x", "x", "x"]):
        talk(rig, str(number), number, audience=group(audience) if audience else PUBLIC)
    rig.wait(40)
    assert sorted((one.audience.group or "", len(one.messages)) for one in requests(rig)) == [("", 2), ("x", 3)]


def test_summary_is_kept_for_the_current_state_only(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1, "secret")
    rig.wait(40)
    (one,) = requests(rig)
    rig.take(summary(one.state, "It was secret."))
    assert len(shown(rig)) == 1
    talk(rig, "3", 50)
    assert shown(rig) == []
    assert rig.query("SELECT state FROM summaries") == [{"state": one.state}], "stale, until the new one comes"
    talk(rig, "2", 60, "", version=2, change=Change.DELETED)
    assert rig.query("SELECT state FROM summaries") == [], "it rests on deleted words"
    rig.take(summary(one.state, "It was secret."))
    assert rig.query("SELECT state FROM summaries") == [], "also when it comes late"


def test_summary_may_come_before_its_messages(rig: Rig, stack: RunningStack) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    rig.wait(40)
    (one,) = requests(rig)
    with fresh_database(stack.postgres_dsn) as other_url:
        migrate(other_url)
        for other in rig_on(other_url):
            other.take(summary(one.state, "Early."))
            assert shown(other) == []
            talk(other, "2", 1)
            talk(other, "1", 0)
            assert len(shown(other)) == 1


def test_asks_of_past_states_without_summary_are_forgotten_in_time(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    rig.wait(40)
    (first,) = requests(rig)
    rig.take(summary(first.state, "Fine."))
    for number, minute in ((3, 100), (4, 200)):
        talk(rig, str(number), minute)
        rig.wait(40)
    _, passed, current = (one.state for one in requests(rig))
    rig.wait(60 * 24 * 6)
    assert len(rig.query("SELECT state FROM asks")) == 3
    rig.wait(60 * 24 * 2)
    kept = {row["state"] for row in rig.query("SELECT state FROM asks")}
    assert kept == {first.state, current}, "a summary is kept of one, the other is the present"
    assert passed not in kept
