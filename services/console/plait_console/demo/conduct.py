"""The demo from beginning to end: introduce, replay, wait until everything has arrived, tell."""

import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.live import Live

from plait_console.api import graph_api, notification_api
from plait_console.demo import week
from plait_console.demo.replay import Replay, Sent, schedule
from plait_console.demo.screen import Lines, Screen, plain_counts
from plait_console.demo.story import OwnDigest, ThenAndNow, tell
from plait_console.demo.waiting import Waiting
from plait_console.demo.watcher import Watcher
from plait_console.door import open_door
from plait_console.lag import committed
from plait_console.output import err
from plait_console.settings import ConsoleSettings
from plait_console.shapes import items
from plait_shared.errors import BadRecord, PlaitError

LOOK_EVERY_S = 0.25
PER_SECOND = 8
READER = "rui"
TUESDAY, FRIDAY = "2026-03-03T18:00:00+00:00", "2026-03-06T18:00:00+00:00"
QUESTIONS = (
    ("Who has HER-12?", "HER-12", "assigned_to"),
    ("When is Project Heron due?", "Project Heron", "due"),
    ("How is TEAL-8?", "TEAL-8", "status"),
)
DIGEST_DAY = "2026-03-06"
DIGESTS = (("ines", "Inês", "in #compensation"), ("rui", "Rui", "not in #compensation"))
GOING_ON = """\
plait search "who pays for the gateways with two SIM cards" --for heming
plait facts --subject HER-12 --for rui
plait show conversation chat:heron-incidents/i-7 --for otieno
plait digest --for wanjiru --date 2026-03-05
plait tail enrichment --from-beginning --limit 3
plait send "I'll fix the login bug by Friday" --conversation chat:try/1 --author rui@heronworks.example"""


@dataclass(frozen=True)
class Conductor:
    """One telling of the week."""

    settings: ConsoleSettings
    console: Console
    speed: float
    timeout_s: float

    def run(self) -> list[str]:
        """Tell the week; returns what did not arrive, and has printed the result when everything did."""
        steps = week.steps()
        sent = Sent()
        secret = self.settings.github_secret.get_secret_value()
        begun = datetime.now(UTC)
        with (
            closing(open_door(self.settings)) as door,
            Watcher(self.settings, self.settings.workspace, begun) as watcher,
        ):
            waiting = Waiting(watcher, sent, lambda: committed(self.settings, living=True))
            waiting.begin()
            note = self._lines(sent, len(steps), waiting)
            replay = Replay(door, secret, time.monotonic, time.sleep, note)
            self._introduce(replay, sent)
            screen = Screen(sent, len(steps), watcher.arrivals, waiting.lines)
            with Live(screen, console=self.console, refresh_per_second=PER_SECOND) if self._live else nullcontext():
                replay.run(schedule(steps, self.speed), sent)
                missing = self._wait(waiting, note)
        if not self._live:
            plain_counts(self.console, watcher.arrivals)
        if missing:
            return missing
        if sent.duplicates:
            self.console.print(f"{sent.duplicates} events were known already: nothing was told twice", style="dim")
        tell(self.console, watcher.arrivals, self._times(), self._digests(), GOING_ON)
        return []

    @property
    def _live(self) -> bool:
        return self.console.is_terminal

    def _lines(self, sent: Sent, total: int, waiting: Waiting) -> Callable[[], None]:
        """What is said on the way where there is no terminal to draw on."""
        return (lambda: None) if self._live else Lines(err(), sent, total, waiting.lines).note

    def _introduce(self, replay: Replay, sent: Sent) -> None:
        sent.add(replay.door.send(week.introductions()))
        if sent.refused:
            raise BadRecord(f"ingest does not take the people of the demo: {sent.refused[0]}")

    def _wait(self, waiting: Waiting, note: Callable[[], None]) -> list[str]:
        """Wait until it is over, or time is up; returns what is missing then."""
        deadline = time.monotonic() + self.timeout_s
        while not waiting.over():
            note()
            if time.monotonic() > deadline:
                return waiting.lines()
            time.sleep(LOOK_EVERY_S)
        return []

    def _times(self) -> list[ThenAndNow]:
        with graph_api(self.settings, READER) as graph:

            def held(subject: str, predicate: str, as_of: str) -> list[dict[str, object]]:
                return items(graph.get("/v1/facts", subject=subject, predicate=predicate, as_of=as_of))

            return [
                ThenAndNow(question, held(subject, predicate, TUESDAY), held(subject, predicate, FRIDAY))
                for question, subject, predicate in QUESTIONS
            ]

    def _digests(self) -> list[OwnDigest]:
        return [self._digest(user, name, note) for user, name, note in DIGESTS]

    def _digest(self, user: str, name: str, note: str) -> OwnDigest:
        try:
            with notification_api(self.settings, user) as api:
                answer = api.get("/v1/digest", date=DIGEST_DAY)
        except PlaitError as error:
            return OwnDigest(name, note, "", str(error))
        return OwnDigest(name, note, str(answer.get("title") or ""), str(answer.get("body") or "nothing to tell"))
