"""Bounds, rates, memory, secrets and the connection."""

import asyncio
import threading

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.types import Message as AsgiMessage

from plait_ingest import body
from plait_ingest.body import Bounds
from plait_ingest.detector import FastLangdetect
from plait_ingest.events import Unreadable
from plait_ingest.limits import Gate, Rates, Recent
from plait_ingest.outlet import Outlet
from plait_ingest.settings import SHORTEST_API_KEY, IngestSettings, secrets_of
from plait_ingest.underway import Underway
from plait_shared.bus import Producer
from plait_shared.errors import Misconfigured, Overloaded, Retryable
from plait_shared.metrics import Metrics
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry
from tests.unit.ingest.world import NOW


def test_the_gate_refuses_what_has_no_room() -> None:
    gate = Gate(3, "events")
    with gate.inside(2):
        with pytest.raises(Overloaded), gate.inside(2):
            pass
        with gate.inside(1):
            pass
    with gate.inside(10):
        pass


def test_rates_are_per_workspace_and_recover() -> None:
    rates = Rates(per_s=10, burst=10)
    rates.take("a", 30, 0.0)
    with pytest.raises(Overloaded) as caught:
        rates.take("a", 1, 1.0)
    assert caught.value.retry_after_s == 2.0
    rates.take("b", 1, 1.0)
    rates.take("a", 1, 3.5)
    rates.take("a", 1, 3.0)


def test_recent_forgets_the_oldest() -> None:
    recent = Recent(2)
    recent.add(["a", "b"])
    recent.add(["a", "c"])
    assert ("a" in recent, "b" in recent, "c" in recent) == (True, False, True)


def test_secrets_name_their_workspace() -> None:
    found = secrets_of(SecretStr(" orchard:abc:def , meadow:xyz,orchard:new"), "PLAIT_X")
    assert found == {"abc:def": "orchard", "xyz": "meadow", "new": "orchard"}
    assert secrets_of(SecretStr(""), "PLAIT_X") == {}


@pytest.mark.parametrize("value", ["orchard", ":abc", "orchard:", "a:same,b:same"])
def test_an_unreadable_secret_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(Misconfigured, match="PLAIT_X: entry") as caught:
        secrets_of(SecretStr(value), "PLAIT_X")
    assert "abc" not in str(caught.value)


def test_short_keys_are_refused() -> None:
    with pytest.raises(Misconfigured, match="16 characters"):
        secrets_of(SecretStr("orchard:short"), "PLAIT_API_KEYS", SHORTEST_API_KEY)


def test_settings_have_defaults_and_hide_secrets() -> None:
    settings = IngestSettings.load(api_keys="orchard:secret-secret-secret")
    assert settings.max_body_bytes == 1024 * 1024
    assert "secret-secret" not in repr(settings)


def test_the_outlet_tries_until_kafka_is_there() -> None:
    broker, attempts, stop = MemoryBroker(), [], threading.Event()

    def open_producer() -> Producer:
        attempts.append(1)
        if len(attempts) < 3:
            raise Retryable("Kafka is away")
        stop.set()
        return MemoryProducer(broker)

    underway = Underway(Recent(9), Metrics.create().produced, 1000)
    outlet = Outlet(open_producer, MemoryRegistry(), underway, lambda: NOW, patience_s=1, retry_s=0.001)
    outlet.close()
    outlet.run(stop)
    assert len(attempts) == 3
    assert outlet.ready()
    outlet.close()


def request(*messages: AsgiMessage) -> Request:
    waiting = list(messages)

    async def receive() -> AsgiMessage:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def read(given: Request) -> bytes:
    async with body.read(given, Bounds(100, 0.01, Gate(1, "requests"))) as content:
        return content


async def test_a_body_that_never_ends_times_out() -> None:
    with pytest.raises(Unreadable, match="did not arrive"):
        await read(request({"type": "http.request", "body": b"a", "more_body": True}))


async def test_a_caller_who_leaves_is_no_error_of_ours() -> None:
    with pytest.raises(Unreadable, match="left"):
        await read(request({"type": "http.disconnect"}))


async def test_a_body_comes_whole() -> None:
    first = {"type": "http.request", "body": b"ab", "more_body": True}
    assert await read(request(first, {"type": "http.request", "body": b"c"})) == b"abc"


def test_the_language_model_is_there_without_a_network() -> None:
    guess = FastLangdetect()
    assert guess("Could you please send the report by Friday")[0] == "en"
    assert guess("Könnten Sie bitte den Bericht bis Freitag senden")[0] == "de"
