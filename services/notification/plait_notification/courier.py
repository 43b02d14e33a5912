"""Carries deliveries out, in a thread of its own, so that a slow receiver never holds up the reading.

The queue is the delivery log itself: what is open there and due is taken up, ``delivery_batch`` at a time; when doors
are slower than alerts, the rest waits in the log and nothing is dropped.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby

import structlog

from plait_notification import fold
from plait_notification.channels import Door
from plait_notification.channels.breaker import Breaker
from plait_notification.delivery import Job, Verdict, due_jobs, next_step, suppressed, why_not
from plait_notification.settings import NotificationSettings
from plait_notification.state import State
from plait_schemas.records import ChannelKind, Delivery, DeliveryState
from plait_shared.errors import Retryable

PAUSE_S = 0.2
log = structlog.get_logger()
Publish = Callable[[Sequence[Delivery]], None]


class Courier:
    """``publish`` writes steps to the log and returns once they are acknowledged; ``clock`` gives aware UTC time."""

    def __init__(
        self,
        state: State,
        doors: Mapping[ChannelKind, Door],
        publish: Publish,
        clock: Callable[[], datetime],
        settings: NotificationSettings,
    ) -> None:
        self._state = state
        self._doors = doors
        self._publish = publish
        self._clock = clock
        self._settings = settings
        self._breaker = Breaker(settings.breaker_failures, timedelta(seconds=settings.breaker_rest_s))
        self._unwritten: list[Delivery] = []
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Deliver what is due until told to stop; attempts in flight are finished and written."""
        self._stop = stop
        with ThreadPoolExecutor(self._settings.delivery_threads, thread_name_prefix="door") as pool:
            while not stop.is_set():
                try:
                    worked = self.turn(pool)
                except Retryable as exc:
                    log.warning("delivery log waits", cause=str(exc))
                    worked = 0
                if not worked:
                    stop.wait(PAUSE_S)
        self._write_last()

    def turn(self, pool: ThreadPoolExecutor) -> int:
        """Deliver what is due now and write its steps; returns how many. Raises Retryable when the log is away."""
        self._write()
        now = self._clock()
        with self._state.lock:
            jobs = due_jobs(self._state.view, now, self._settings.delivery_batch, self._breaker.resting(now))
        groups = [list(group) for _, group in groupby(sorted(jobs, key=_address), key=_address)]
        steps = [step for done in pool.map(self._carry, groups) for step in done]
        self._unwritten += steps
        self._write()
        return len(steps)

    def _write_last(self) -> None:
        try:
            self._write()
        except Retryable as exc:
            log.warning("steps not written; these deliveries go out again", steps=len(self._unwritten), cause=str(exc))

    def _write(self) -> None:
        if not self._unwritten:
            return
        with self._state.lock:  # first here, so that nothing goes out again while the log is away
            for step in self._unwritten:
                fold.apply(self._state.view, step)
        self._publish(self._unwritten)
        self._unwritten = []

    def _carry(self, jobs: list[Job]) -> list[Delivery]:
        """Deliveries to one address, in turn, as long as it answers and the service goes on."""
        steps = []
        for job in jobs:
            if self._stop.is_set():
                break
            steps.append(self._attempt(job, self._clock()))
            if steps[-1].state is DeliveryState.FAILED:
                break
        return steps

    def _attempt(self, job: Job, now: datetime) -> Delivery:
        delivery = job.delivery
        with self._state.lock:
            reason = job.reason or why_not(self._state.view.of(delivery.workspace), job.alert, delivery)
        if reason is not None:
            return suppressed(delivery, reason, now)
        answer = self._doors[delivery.channel].send(delivery, job.alert, now)
        if answer.verdict is not Verdict.REFUSED:
            self._breaker.record(delivery.address, answer.verdict is Verdict.SENT, now)
        step = next_step(delivery, answer, self._clock(), self._settings.delivery_attempts)
        log.info("delivery", state=step.state, channel=step.channel, attempt=step.attempt, detail=step.detail)
        return step


def _address(job: Job) -> tuple[str, str]:
    return job.delivery.channel, job.delivery.address
