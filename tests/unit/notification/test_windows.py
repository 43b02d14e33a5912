"""Starts that hang and lost consumer groups are noticed; counts last as long as the stream needs them."""

import asyncio
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from plait_notification.expiry import SILENT_S, EventTimeWindow, Newest
from plait_notification.heard import Ear
from plait_notification.settings import NotificationSettings
from plait_notification.windows import Progress, Windows, check_changelogs, check_coordination
from plait_shared.codec import Codec
from plait_shared.errors import Fatal
from plait_shared.testing.memory import MemoryRegistry


def test_a_start_that_gets_no_further_is_ended() -> None:
    progress = Progress(30.0, now=100.0)
    progress.check((0, False, 0), now=101.0)
    progress.check((0, False, 0), now=131.0)
    with pytest.raises(Fatal, match="hung for 30 s"):
        progress.check((0, False, 0), now=131.1)


def test_a_start_that_gets_further_may_take_its_time() -> None:
    progress = Progress(30.0, now=0.0)
    for left in range(100, 0, -1):
        progress.check((1, True, left), now=29.0 * (101 - left))


def app(consumer: object) -> SimpleNamespace:
    return SimpleNamespace(consumer=SimpleNamespace(_thread=SimpleNamespace(_consumer=consumer)))


def test_a_lost_consumer_group_is_told() -> None:
    for fine in (None, SimpleNamespace(_coordinator=None)):
        check_coordination(app(fine))
    coordinator = SimpleNamespace(_pending_exception=None)
    consumer = SimpleNamespace(_coordinator=coordinator)
    check_coordination(app(consumer))
    coordinator._pending_exception = OSError("unknown code")
    with pytest.raises(Fatal, match="lost their consumer group: OSError"):
        check_coordination(app(consumer))


def test_an_old_week_keeps_its_counts_while_it_is_read() -> None:
    hour = 3600.0
    newest = Newest()
    window = EventTimeWindow(timedelta(minutes=5), timedelta(hours=48), newest)
    assert not window.stale(300.0, time.time()), "nothing is read yet"
    newest.read(0, 47 * hour)
    newest.read(0, 1 * hour)
    assert not window.stale(300.0, time.time())
    newest.read(0, 49 * hour)
    assert window.stale(300.0, time.time())
    newest.read(1, 2 * hour)
    assert not window.stale(300.0, time.time()), "another partition is still there"


def test_a_partition_that_falls_silent_holds_nothing_up() -> None:
    now = 0.0
    newest = Newest(lambda: now)
    newest.read(0, 100.0)
    newest.read(1, 900.0)
    assert newest() == 100.0
    now = SILENT_S - 1
    newest.read(1, 900.0)
    assert newest() == 100.0
    now = SILENT_S + 1
    assert newest() == 900.0


def test_the_topics_are_made_before_faust_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr("plait_notification.windows.make_changelogs", lambda *_: done.append("topics"))

    async def note(what: str) -> None:
        done.append(what)

    app = SimpleNamespace(
        finalize=lambda: None,
        consumer=SimpleNamespace(_thread=SimpleNamespace(_consumer=None), topic_partitions=lambda _: None),
        tables={},
        should_stop=False,
        start=lambda: note("start"),
        stop=lambda: note("stop"),
    )
    stop = threading.Event()
    windows = Windows(NotificationSettings(), Ear(Codec(MemoryRegistry(), "test")), lambda _: None)

    async def run() -> None:
        watching = asyncio.create_task(windows._watch(stop, app))
        while not windows.ready():
            await asyncio.sleep(0.01)
        stop.set()
        await watching

    asyncio.run(run())
    assert done == ["topics", "start", "stop"]


def test_an_event_from_the_future_lets_nothing_expire_before_its_time() -> None:
    newest = Newest()
    newest.read(0, time.time() + 1e6)
    window = EventTimeWindow(timedelta(minutes=5), timedelta(hours=48), newest)
    assert not window.stale(time.time(), time.time())


def test_tables_whose_topics_are_not_seen_end_the_service() -> None:
    table = SimpleNamespace(changelog_topic_name="heated-changelog", partitions=6)
    seen = {"heated-changelog": 6}
    faust = SimpleNamespace(tables={"heated": table}, consumer=SimpleNamespace(topic_partitions=seen.get))
    check_changelogs(faust)
    del seen["heated-changelog"]
    check_changelogs(faust)
    seen["heated-changelog"] = 0
    with pytest.raises(Fatal, match="see 0 partitions of heated-changelog instead of 6"):
        check_changelogs(faust)
