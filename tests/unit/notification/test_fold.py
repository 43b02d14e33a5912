"""What stands in the view, whatever the time and the order of arrival: facts, versions, summaries, who sees them."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from plait_notification import fold
from plait_schemas.records import Audience, AudienceScope, Change, Evidence, FactChange, Model
from tests.builders import ANN, NOON, PUBLIC, group
from tests.unit.notification.world import BO, World, assigned, enriched, member, profile, summary

HOUR = timedelta(hours=1)
LIFE = [
    assigned("PAY-231", BO, revision=1),
    assigned("PAY-231", BO, change=FactChange.CLOSED, until=NOON + 3 * HOUR, revision=2),
    assigned("PAY-231", BO, change=FactChange.CLOSED, until=NOON + 2 * HOUR, revision=3),
    assigned("PAY-231", BO, occurred_at=NOON, revision=4),
    assigned("PAY-231", BO, change=FactChange.WITHDRAWN, occurred_at=NOON - HOUR, revision=5),
]


def test_a_fact_stands_as_its_last_change_says() -> None:
    world = World()
    for change in LIFE:
        world.add(change)
        assert list(world.view.of("orchard").facts.values()) == [change]


def test_changes_that_come_late_are_passed_over() -> None:
    for order in permutations(LIFE):
        facts = World(*order).view.of("orchard").facts
        assert list(facts.values()) == [LIFE[-1]]


def test_the_greatest_model_revision_and_id_stand_for_a_state() -> None:
    old, new = Model(name="office", revision="1"), Model(name="office", revision="2")
    ranked = [summary(id=name, model=model) for model, name in ((old, "a"), (old, "b"), (new, "0"), (new, "z"))]
    for order in permutations(ranked):
        assert World(*order).view.of("orchard").latest_summaries("ann") == [ranked[-1]]


def test_summaries_of_several_audiences_stand_beside_each_other() -> None:
    later = NOON + timedelta(hours=3)
    stale, public = summary("s1"), summary("s2", NOON + timedelta(hours=2))
    private = summary("s3", later, audience=group("board"))
    world = World(profile("ann", ANN), profile("bo", BO), member("board", BO), private, public, stale)
    workspace = world.view.of("orchard")
    assert workspace.latest_summaries("ann") == [public]
    assert workspace.latest_summaries("bo") == [public, private]


def test_a_version_that_a_later_one_replaced_says_something_else() -> None:
    first = enriched(1, "Bo, by Monday?", "question", mentions=(BO,))
    source = replace(first.message.source, version=2)
    second = enriched(1, "Bo, by Friday?", "question", mentions=(BO,), source=source, change=Change.EDITED)
    for order in ([first, second], [second, first], [first, second, first], [second, first, second]):
        workspace = World(*order).view.of("orchard")
        assert [workspace.edited_in((at(item.message.message_id, item.message.id),)) for item in (first, second)] == [
            True, False,
        ]  # fmt: skip
        assert not workspace.edited_in((at(first.message.message_id, "a version that has not come yet"),))
    fold.prune(workspace, NOON + timedelta(days=60))
    assert workspace.replaced == {}


def at(message_id: str, event_id: str) -> Evidence:
    return Evidence(message_id=message_id, event_id=event_id, start=0, end=1)


def test_public_is_for_the_workspace_and_groups_are_for_identities() -> None:
    world = World(profile("ann", ANN), profile("bo", BO, active=False), member("dev", ANN), member("dev", BO))
    seen = {
        user: [world.view.of("orchard").may_see(user, audience) for audience in (PUBLIC, group("dev"), NOBODY)]
        for user in ("ann", "bo", "stranger", ANN.id)
    }
    assert seen == {
        "ann": [True, True, False], "bo": [False, False, False], "stranger": [True, False, False],
        ANN.id: [True, False, False],
    }  # fmt: skip


NOBODY = Audience(scope=AudienceScope.NOBODY)
