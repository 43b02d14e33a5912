"""kill -9 in mid-stream: each service and the broker once; nothing lost, nothing twice, the same graph."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from plait_schemas.records import Delivery, DeliveryState, Enrichment, GraphChange, Summary
from tests.e2e.world import Plain, World, said, whole_stack

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.timeout(900)]
VICTIMS = ("inference", "knowledge_graph", "notification", "ingest", "kafka")


def story() -> list[Plain]:
    """Twelve conversations with work, owners, dates and decisions, in both languages; then a day of silence."""
    lines = [
        ("ann", "Who takes DOCK-{n}? The client is waiting for it."),
        ("bo", "I'll take DOCK-{n}, it will be done by Friday."),
        ("ann", "Thanks! Let's ship DOCK-{n} without the export."),
        ("cai", "同意，就这么定了。DOCK-{n} 周五前上线。"),
        ("bo", "DOCK-{n} is blocked: the certificate is missing."),
        ("cai", "DOCK-{n} 由 Ann 接手吧，我来拿证书。"),
        ("ann", "DOCK-{n} is done, it is live since noon."),
    ]
    found = [
        said(f"k-{n}-{i}", n + i * 3, author, text.format(n=n), f"chat:dock/{n}")
        for n in range(12)
        for i, (author, text) in enumerate(lines)
    ]
    found.sort(key=lambda item: str(item["sent_at"]))
    return [*found, said("k-end", 60 * 24, "ann", "Weekly backup finished.", "chat:backup")]


def play(
    world: World, disturb: Callable[[int], None] = lambda _: None, recover: Callable[[], None] = lambda: None
) -> list[str]:
    """Send the story in batches of five, with a disturbance after some of them; the canonical dump at the end."""
    world.introduce("ann", "bo", "cai")
    messages = story()
    for number, start in enumerate(range(0, len(messages), 5)):
        world.send(messages[start : start + 5])
        disturb(number)
    recover()
    world.settled(len(messages), timeout_s=300)
    return world.dump()


def test_kills_change_nothing() -> None:
    with whole_stack() as world:
        undisturbed = play(world)
    with whole_stack() as world:
        killer = Killer(world)
        disturbed = play(world, killer, killer.finish)
        check_once(world)
    assert disturbed == undisturbed
    assert any('"predicate"' in line for line in disturbed), "the story must leave facts"


class Killer:
    """After every third batch another victim dies, and comes back while the stream goes on."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._revivals: list[Future[None]] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="revive")

    def __call__(self, number: int) -> None:
        time.sleep(0.2)
        if number % 3 or number // 3 >= len(VICTIMS):
            return
        self.finish()
        victim = VICTIMS[number // 3]
        self._world.stack.kill(victim, signal.SIGKILL)
        self._revivals.append(self._pool.submit(self._revive, victim))

    def finish(self) -> None:
        """Wait for whoever is coming back; raises what kept it from it."""
        while self._revivals:
            self._revivals.pop().result(400)

    def _revive(self, victim: str) -> None:
        time.sleep(1)
        self._world.stack.start(victim)


def check_once(world: World) -> None:
    """Exactly once: an enrichment for each version, a summary for each state, a delivery for each alert and door."""
    messages = Counter(r.id for r in world.records("message"))
    assert messages == Counter(dict.fromkeys(messages, 1)), "what ingest wrote"
    enrichments = [r for r in world.records("enrichment") if isinstance(r, Enrichment)]
    assert Counter(r.source_event for r in enrichments) == Counter({r.source_event: 1 for r in enrichments})
    assert len(enrichments) == len(story())
    summaries = Counter(r.id for r in world.records("summary") if isinstance(r, Summary))
    assert summaries == Counter(dict.fromkeys(summaries, 1))
    assert any(isinstance(r, GraphChange) for r in world.records("graph-change")), "facts must have been published"
    sent = [r for r in world.records("delivery") if isinstance(r, Delivery) and r.state is DeliveryState.SENT]
    assert Counter(r.delivery_id for r in sent) == Counter({r.delivery_id: 1 for r in sent})
    assert not world.letters()
