"""Surges: confirmed from the messages, one a surge, whoever notices it and however often."""

from datetime import timedelta

from plait_notification import handlers
from plait_notification.surge import Surge, is_surge, surge_start
from tests.builders import ANN, NOON, group
from tests.unit.notification.world import BO, TEXTS, World, deletion, enriched, people, told

MINUTE = timedelta(minutes=1)


def notice(world: World, minutes: int) -> list[tuple[str, str]]:
    surge = Surge("orchard", "chat:dev", NOON + minutes * MINUTE)
    return told(list(handlers.surges(world.view, TEXTS, surge)))


def test_a_surge_is_many_and_more_than_usual() -> None:
    assert is_surge(5, 0.0)
    assert is_surge(6, 2.0)
    assert not is_surge(4, 0.0)
    assert not is_surge(5, 2.0)


def test_a_surge_begins_with_its_first_message_and_ends_in_calm() -> None:
    moments = [NOON + n * MINUTE for n in (0, 2, 4, 5, 6, 60, 61, 62, 63, 64)]
    assert surge_start(moments, NOON + 6 * MINUTE) == NOON
    assert surge_start(list(reversed(moments)), NOON + 64 * MINUTE) == NOON + 60 * MINUTE
    assert surge_start(moments[:4], NOON + 5 * MINUTE) is None
    assert surge_start([NOON + 10 * n * MINUTE for n in range(6)], NOON + 50 * MINUTE) is None
    assert surge_start(moments[:5], NOON + 90 * MINUTE) is None


def test_who_takes_part_hears_once_of_a_surge() -> None:
    hot = [enriched(n, f"broken {n}", "blocker") for n in range(4)]
    world = World(*people(), *hot, enriched(4, "真糟糕", sentiment="negative", author=BO))
    assert notice(world, 4) == [("surge", "ann"), ("surge", "bo")]
    world.add(enriched(5, "again", "blocker"))
    assert notice(world, 5) == notice(world, 4) == []


def test_a_surge_alert_shows_what_was_said_in_both_languages() -> None:
    world = World(*people(), *(enriched(n, f"broken {n}", "blocker", mentions=(BO,)) for n in range(5)))
    english, chinese = handlers.surges(world.view, TEXTS, Surge("orchard", "chat:dev", NOON + 4 * MINUTE))
    assert english.title == "#dev is heating up"
    assert "5 blocking or unhappy messages since Tue 3 Mar, 12:00." in english.body
    assert "> Ann Okafor: broken 4" in english.body
    assert chinese.title == "#dev问题激增"
    assert "5 条受阻或负面消息" in chinese.body


def test_a_surge_alert_rests_on_every_message_that_it_quotes() -> None:
    world = World(*people(), *(enriched(n, f"broken {n}", "blocker", mentions=(BO,)) for n in range(5)))
    alert, _ = handlers.surges(world.view, TEXTS, Surge("orchard", "chat:dev", NOON + 4 * MINUTE))
    quoted = [enriched(n, f"broken {n}", "blocker").message for n in (2, 3, 4)]
    assert [(place.message_id, place.event_id) for place in alert.evidence] == [(m.message_id, m.id) for m in quoted]


def test_counted_twice_or_deleted_or_unknown_or_unseen_is_no_surge() -> None:
    hot = [enriched(n, "broken", "blocker") for n in range(5)]
    assert notice(World(*people(), *hot[:3], *hot[:3]), 2) == []
    assert notice(World(*people(), *hot, deletion(hot[0], NOON + 9 * MINUTE)), 4) == []
    assert notice(World(*people()), 4) == []
    assert notice(World(*people(), *(enriched(n, "broken", "blocker", audience=group("g")) for n in range(5))), 4) == []
    edited = enriched(0, "works again", "status", author=ANN)
    assert notice(World(*people(), *hot, edited), 4) == []


def test_a_notice_waits_until_its_message_is_folded() -> None:
    world = World(*people())
    surge = Surge("orchard", "chat:dev", NOON + MINUTE)
    assert not handlers.folded(world.view, surge)
    world.add(enriched(1))
    assert handlers.folded(world.view, surge)
