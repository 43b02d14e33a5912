"""The order between topics does not matter for which alerts exist in the end, and a replay adds none."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from plait_schemas.records import FactChange, Record
from tests.builders import ANN, NOON, group, message
from tests.unit.notification.world import (
    BO,
    CY,
    World,
    assigned,
    deletion,
    due,
    enriched,
    fact,
    member,
    profile,
    summary,
)

END = NOON + timedelta(hours=20)
RUINED = enriched(8, "never mind, Bo?", "question", mentions=(BO,))
CONVERSATION: list[Record] = [
    enriched(1, "Bo, who tests?", "question", mentions=(BO, CY), audience=group("dev")),
    enriched(2, "and you?", "question", author=BO, reply_to=message(1).message_id),
    enriched(3, "PAY-231 is stuck", "blocker", work=("PAY-231",), author=CY),
    enriched(4, "请看一下", "request", author=CY, mentions=(BO, ANN)),
    deletion(RUINED, NOON + timedelta(minutes=9)),
    *(enriched(n, "broken", "blocker", author=CY) for n in range(10, 15)),
]
TOPICS: list[list[Record]] = [
    CONVERSATION,
    [
        assigned("PAY-231", BO),
        assigned("PAY-7", ANN),
        due("PAY-7", "tomorrow 6am"),
        fact(("PERSON", "Ann Okafor"), "works_on", ("WORK", "PAY-231")),
    ],
    [assigned("PAY-231", BO, change=FactChange.CLOSED, until=NOON + timedelta(hours=3)), assigned("PAY-8", CY)],
    [summary("s1"), summary("s2", NOON + timedelta(hours=2))],
    [member("dev", BO), member("dev", CY, active=False), member("dev", CY)],
    [profile("ann", ANN, digest_hour=20), profile("bo", BO, digest_hour=7, timezone="Asia/Shanghai", language="zh")],
    [profile("cy", CY, occurred_at=NOON - timedelta(days=9), digest_hour=3), profile("cy", CY)],
]


def shuffled(draw: st.DrawFn) -> list[Record]:
    """The topics merged in some order, each in its own order."""
    waiting, merged = [list(topic) for topic in TOPICS], list[Record]()
    while any(waiting):
        topic = draw(st.sampled_from([topic for topic in waiting if topic]))
        merged.append(topic.pop(0))
    return merged


orders = st.composite(shuffled)()


def outcome(records: list[Record]) -> dict[str, tuple[str, str]]:
    world = World(*records)
    world.tick(END)
    return {alert.id: (alert.kind.value, alert.recipient) for alert in world.alerts}


IN_ORDER = outcome([record for topic in reversed(TOPICS) for record in topic])


def test_the_example_raises_every_kind_that_records_raise() -> None:
    assert {kind for kind, _ in IN_ORDER.values()} == {"mention_question", "blocker", "overdue", "minutes", "digest"}


@settings(max_examples=150)
@given(orders)
def test_order_between_topics_does_not_matter(records: list[Record]) -> None:
    assert outcome(records) == IN_ORDER


@settings(max_examples=60)
@given(orders, orders, st.integers(0, 20))
def test_a_replay_in_any_order_adds_nothing(first: list[Record], second: list[Record], again: int) -> None:
    world = World(*first)
    world.tick(END)
    raised = list(world.alerts)
    restarted = World(*raised)
    for record in second:
        restarted.add(record)
    restarted.add(*second[:again])
    restarted.tick(END)
    restarted.tick(END + timedelta(minutes=1))
    assert {alert.id for alert in restarted.alerts} == set()
