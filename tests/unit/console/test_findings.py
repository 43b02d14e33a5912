"""Blocked work stands as its fact's last change says, whatever the time and the arrival of the changes."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

from plait_console.demo import findings
from plait_schemas.records import FactChange
from tests.builders import NOON, message
from tests.unit.console.demo_records import arrivals, change

HOUR = timedelta(hours=1)
OPENED = replace(change(message(1), "status", "blocked"), id="g-1", revision=1)
CLOSED = replace(
    OPENED, id="g-2", revision=2, change=FactChange.CLOSED, occurred_at=NOON + HOUR,
    fact=replace(OPENED.fact, valid_to=NOON + HOUR),
)  # fmt: skip
REOPENED = replace(OPENED, id="g-3", revision=3)
WITHDRAWN = replace(OPENED, id="g-4", revision=4, change=FactChange.WITHDRAWN, occurred_at=NOON - HOUR)
LIFE = [OPENED, CLOSED, REOPENED, WITHDRAWN]


def test_blocked_work_is_told_as_it_stands() -> None:
    stands = [["TEAL-8 blocked, "], ["TEAL-8 blocked, Tue 03 Mar 13:00"], ["TEAL-8 blocked, "], []]
    for number, expected in enumerate(stands, start=1):
        for order in permutations(LIFE[:number]):
            told = [f"{found.text}, {found.due}" for found in findings.blocked(arrivals(*order))]
            assert told == expected
