"""The week of the demo and its replay, without services."""

from datetime import timedelta

import httpx
import pytest

from plait_console.api import Api
from plait_console.demo import week
from plait_console.demo.replay import Replay, Sent, as_event, batches, schedule
from plait_console.door import Door
from plait_console.receipts import Accepted, Receipt, Refused


def test_the_week_is_told_in_order_through_the_tools_doors() -> None:
    steps = week.steps()
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert len(steps) == 143 + 32 + 24 + 17 + 49 + 1
    assert sum(step.door == "github" for step in steps) == 24
    ids = [as_event(step)["id"] for step in steps]
    assert len(set(ids)) == len(ids)
    assert {step.delivery for step in week.steps()} == {step.delivery for step in steps}
    assert steps[-1].at - steps[-2].at > timedelta(minutes=30)


def test_the_people_and_the_private_group_are_introduced() -> None:
    events = week.introductions()
    assert [event["type"] for event in events] == ["plait.profile"] * 8 + ["plait.membership"] * 3
    assert events[0]["data"]["quiet_start"] == "20:00"
    assert {event["data"]["member"]["name"] for event in events[8:]} == {"Inês Duarte", "Wanjiru Kamande", "贺铭"}


def test_the_clock_runs_faster_and_does_not_wait_out_the_weekend() -> None:
    planned = schedule(week.steps(), 20_000)
    assert planned[0][0] == 0
    assert 20 < planned[-1][0] < 30
    assert schedule([], 1) == []


def test_batches_keep_the_order_and_part_by_door() -> None:
    planned = schedule(week.steps(), 20_000)
    told = [step for _, batch in batches(planned) for step in batch]
    assert told == [step for _, step in planned]
    assert all(len({step.door for step in batch}) == 1 and len(batch) <= 50 for _, batch in batches(planned))


class Doors:
    """Takes everything; ``paths`` is where it came in."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(202, json={"accepted": [{"id": "e", "message_id": "m", "status": "accepted"}]})


@pytest.mark.parametrize(("secret", "hooks"), [("s3cret", 24), ("", 0)])
def test_the_replay_waits_for_its_time_and_signs_what_github_signs(secret: str, hooks: int) -> None:
    doors, now = Doors(), [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    door = Door(Api("ingest", "http://ingest.test", "key", httpx.MockTransport(doors)))
    steps = week.steps()
    sent = Replay(door, secret, lambda: now[0], sleep).run(schedule(steps, 20_000), Sent())
    assert (sent.steps, sent.at, sent.message_ids) == (len(steps), week.CLOCK, {"m"})
    assert 20 < now[0] < 30
    assert sum(request.url.path == "/v1/hooks/github" for request in doors.requests) == hooks


def test_answers_are_counted() -> None:
    sent = Sent()
    sent.add(Receipt((Accepted("e", "m", "duplicate"), Accepted("p", None, "accepted")), (Refused(0, "bad"),)))
    assert (sent.message_ids, sent.duplicates, sent.refused) == ({"m"}, 1, ["bad"])
