"""The doors for people: who one is, one's own alerts only, and a stream that resumes exactly."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openapi_spec_validator import validate

from plait_notification.delivery import plan
from plait_notification.http import Doors, _events, application
from plait_notification.live import MOST_AT_ONCE, Entry, Hub
from plait_notification.settings import NotificationSettings
from plait_notification.state import State
from plait_notification.view import Who
from plait_schemas.records import Alert
from plait_shared.auth import Caller, TokenVerifier, sign
from plait_shared.errors import BadRecord
from plait_shared.metrics import Metrics
from tests.builders import ANN, NOON, group
from tests.unit.notification.world import BO, TEXTS, World, enriched, member, profile, summary

SECRET = "s" * 32
BOS = Who("orchard", "bo")


class Office:
    """A view with alerts of Bo and Ann, a hub that remembers ``ring`` of them, and the log behind it."""

    def __init__(self, count: int = 5, ring: int = 100, **settings: object) -> None:
        asked = [enriched(n, f"Bo {n}?", "question", mentions=(BO, ANN), author=CY) for n in range(1, count + 1)]
        self.world = World(profile("bo", BO), profile("ann", ANN), member("dev", BO), *asked)
        self.log: list[Entry] = []
        self.hub = Hub(ring, self.read)
        for alert in self.world.alerts:
            self.publish(alert)
        made = NotificationSettings.model_validate({"token_secret": SECRET, **settings})
        state = State(self.world.view)
        self.doors = Doors(state, self.hub, TEXTS, TokenVerifier(made), lambda: NOON + timedelta(hours=1), made)
        self.app: FastAPI = application(self.doors, {"ok": lambda: True}, Metrics.create())

    def publish(self, alert: Alert) -> None:
        """As when it is read back from the topic; every second offset is another record's."""
        entry = Entry(2, len(self.log) * 2, alert)
        self.world.add(alert, *plan(alert, self.world.view.of("orchard").profiles[alert.recipient]))
        self.log.append(entry)
        self.hub.publish(entry.partition, entry.offset, alert)

    def ask(self, number: int, **changes: Any) -> None:
        for alert in self.world.add(enriched(number, f"Bo {number}?", "question", mentions=(BO,), **changes)):
            self.publish(alert)

    def read(self, partition: int, start: int, end: int) -> Iterator[Entry]:
        return (entry for entry in self.log if entry.partition == partition and start <= entry.offset < end)

    def bos(self) -> list[str]:
        return [entry.alert.id for entry in self.log if entry.alert.recipient == "bo"]


CY = replace(ANN, id="cy@orchard.example", name="Cy")


@pytest.fixture
def office() -> Office:
    return Office()


async def get(office: Office, path: str, user: str | None = "bo", **headers: str) -> httpx.Response:
    if user is not None:
        token = sign(SECRET, Caller("orchard", user), datetime.now(UTC), timedelta(minutes=1))
        headers["authorization"] = f"Bearer {token}"
    transport = httpx.ASGITransport(app=office.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://plait") as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize("path", ["/v1/stream", "/v1/alerts", "/v1/alerts/x/history", "/v1/digest"])
async def test_nobody_reads_anonymously(office: Office, path: str) -> None:
    answer = await get(office, path, user=None)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_alerts_are_paged_newest_first_and_only_ones_own(office: Office) -> None:
    first = (await get(office, "/v1/alerts?limit=3")).json()
    second = (await get(office, f"/v1/alerts?limit=3&before={first['before']}")).json()
    ids = [alert["id"] for alert in first["alerts"] + second["alerts"]]
    assert ids == office.bos()[::-1]
    assert second["before"] is None
    assert first["alerts"][0]["conversation_title"] == "#dev"
    assert (await get(office, "/v1/alerts", user="stranger")).json() == {"alerts": [], "before": None}


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=999", "before=x", "before=1", "before=-1:2"])
async def test_bad_questions_are_refused_as_problems(office: Office, query: str) -> None:
    answer = await get(office, f"/v1/alerts?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["field"] == query.partition("=")[0]


async def test_history_tells_what_became_of_ones_own_alert(office: Office) -> None:
    mine, hers = (next(e.alert.id for e in office.log if e.alert.recipient == who) for who in ("bo", "ann"))
    told = (await get(office, f"/v1/alerts/{mine}/history")).json()
    assert [(step["channel"], step["state"]) for step in told["steps"]] == [("stream", "sent")]
    assert (await get(office, f"/v1/alerts/{hers}/history")).status_code == 404
    assert (await get(office, "/v1/alerts/none/history")).status_code == 404


async def test_the_digest_on_demand(office: Office) -> None:
    [action] = summary().actions
    office.world.add(summary(actions=(replace(action, due_at=datetime(2026, 3, 6, 23, 59, 59, tzinfo=UTC)),)))
    told = (await get(office, "/v1/digest")).json()
    assert [item["text"] for item in told["questions"]][-1] == "Bo 5?"
    assert told["decisions"] == []
    day = (await get(office, "/v1/digest?date=2026-03-03")).json()
    assert day["decisions"][0]["text"] == "Release on Friday"
    assert "**Decisions**" in day["body"]
    assert [(item["note"], item["due_at"]) for item in day["actions"]] == [("Friday", "2026-03-06T23:59:59Z")]
    empty = (await get(office, "/v1/digest", user="stranger")).json()
    assert empty["questions"] == []
    for query in ("date=2026-01-01", "date=2027-01-01", "date=x"):
        assert (await get(office, f"/v1/digest?{query}")).status_code == 422
    refused = (await get(office, "/v1/alerts?limit=0")).json()
    assert (refused["field"], refused["detail"]) == ("limit", "limit: Input should be greater than or equal to 1")


async def test_what_one_may_not_see_any_more_is_not_shown(office: Office) -> None:
    office.ask(20, audience=group("dev"))
    assert len((await get(office, "/v1/alerts")).json()["alerts"]) == 6
    office.world.add(member("dev", BO, active=False, at=NOON))
    assert len((await get(office, "/v1/alerts")).json()["alerts"]) == 5


async def test_openapi_is_valid_and_health_answers(office: Office) -> None:
    validate((await get(office, "/openapi.json", user=None)).json())
    assert (await get(office, "/readyz", user=None)).status_code == 200


async def test_a_bad_position_is_refused(office: Office) -> None:
    answer = await get(office, "/v1/stream", **{"last-event-id": "yesterday"})
    assert (answer.status_code, answer.json()["field"]) == (422, "Last-Event-ID")


async def take(office: Office, count: int, last: str | None) -> list[tuple[str, str]]:
    """Event ids and alert ids of the next events behind ``last``."""
    events = _events(office.doors, BOS, office.hub.cursor(last))
    try:
        return [await _next(events) for _ in range(count)]
    finally:
        await events.aclose()


async def _next(events: AsyncIterator[object]) -> tuple[str, str]:
    event = await asyncio.wait_for(anext(events), 5)
    data = getattr(event, "data", None)
    return str(getattr(event, "id", "")), json.loads(str(data))["id"]


@pytest.mark.parametrize("ring", [100, 2, 1])
@pytest.mark.parametrize("cut", [1, 2, 4])
async def test_a_stream_that_is_cut_resumes_with_each_exactly_once(ring: int, cut: int) -> None:
    office = Office(6, ring)
    start = next(entry.id for entry in office.log if entry.alert.recipient == "bo")
    before = await take(office, cut, start)
    office.ask(50)
    after = await take(office, 6 - cut, before[-1][0])
    assert [alert for _, alert in before + after] == office.bos()[1:]


async def test_a_stream_begins_now_and_wakes_for_what_comes(office: Office) -> None:
    events = _events(office.doors, BOS, office.hub.cursor(None))
    waiting = asyncio.ensure_future(_next(events))
    await asyncio.sleep(0)
    threading.Timer(0.01, office.ask, [60]).start()
    assert (await waiting)[1] == office.bos()[-1]


async def test_the_stream_skips_what_one_may_not_see_any_more(office: Office) -> None:
    cursor = office.hub.cursor(None)
    office.ask(20, audience=group("dev"))
    office.ask(21)
    office.world.add(member("dev", BO, active=False, at=NOON))
    assert (await _next(_events(office.doors, BOS, cursor)))[1] == office.bos()[-1]


async def test_a_stream_ends_in_time_and_when_the_service_stops() -> None:
    office = Office(1, stream_max_s=0.01)
    left = [event async for event in _events(office.doors, BOS, office.hub.cursor(None))]
    assert [event.comment for event in left] == ["go on with Last-Event-ID"]
    office = Office(1)
    events = _events(office.doors, BOS, office.hub.cursor(None))
    waiting = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.01)
    stop = threading.Event()
    stop.set()
    office.hub.run(stop)
    assert (await asyncio.wait_for(waiting, 5)).comment == "go on with Last-Event-ID"


async def test_the_stream_over_http_is_server_sent_events() -> None:
    office = Office(2, stream_max_s=0.05)
    answer = await get(office, "/v1/stream", **{"last-event-id": "9:9"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = answer.text.replace("\r\n", "\n").split("\n\n")[0].split("\n")
    assert lines[0] == "id: " + next(e.id for e in office.log if e.alert.recipient == "bo")
    assert lines[1] == "event: alert"
    assert json.loads(lines[2].removeprefix("data: "))["id"] == office.bos()[0]


def test_the_hub_ignores_what_it_has_and_knows_positions() -> None:
    office = Office(1)
    entry = office.log[0]
    office.hub.publish(entry.partition, entry.offset, entry.alert)
    who = Who("orchard", entry.alert.recipient)
    assert office.hub.after(who, {}) == [entry]
    assert office.hub.before(who, None) == [entry]
    assert office.hub.before(who, entry.id) == []
    assert office.hub.cursor("2:99999") == {}
    with pytest.raises(BadRecord):
        office.hub.cursor("2:" + "9" * 30)


def test_a_page_of_the_hub_is_bounded() -> None:
    office = Office(1)
    alert = office.log[0].alert
    hub = Hub(10, lambda partition, start, end: (Entry(partition, n, alert) for n in range(start, end)))
    for offset in range(MOST_AT_ONCE + 50):
        hub.publish(0, offset, alert)
    who = Who("orchard", alert.recipient)
    page = hub.after(who, {})
    assert len(page) == MOST_AT_ONCE
    rest = hub.after(who, {0: page[-1].offset})
    assert [entry.offset for entry in page + rest] == list(range(MOST_AT_ONCE + 50))
