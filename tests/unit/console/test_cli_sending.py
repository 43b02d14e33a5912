"""What is sent to ingest, and how the console takes its answers."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from plait_console.api import Api, NotFound, Rejected
from plait_console.door import Door
from plait_console.events import CloudEvent, Item, Malformed
from plait_console.receipts import Accepted, Receipt, Refused
from plait_console.sending import Bookmark, Mark, Outcome, checksum, send_all
from plait_shared.errors import BadRecord, Misconfigured, Overloaded, Retryable

Answer = Callable[[httpx.Request], httpx.Response]


def door(answer: Answer, waited: list[float] | None = None) -> Door:
    api = Api("ingest", "http://ingest.test", "key", httpx.MockTransport(answer))
    return Door(api, (waited if waited is not None else []).append)


def answers(*responses: httpx.Response) -> tuple[Answer, list[httpx.Request]]:
    asked: list[httpx.Request] = []
    rest = iter(responses)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return next(rest)

    return answer, asked


def test_a_batch_goes_out_as_cloud_events_with_the_key() -> None:
    body = {
        "accepted": [{"id": "e1", "message_id": "m1", "status": "accepted"}],
        "rejected": [{"index": 1, "detail": "text: is missing", "field": "text"}],
    }
    answer, asked = answers(httpx.Response(202, json=body))
    receipt = door(answer).send([{"id": "a"}, {"id": "b"}])
    assert receipt == Receipt((Accepted("e1", "m1", "accepted"),), (Refused(1, "text: is missing"),))
    (request,) = asked
    assert request.url.path == "/v1/events"
    assert request.headers["Authorization"] == "Bearer key"
    assert request.headers["Content-Type"] == "application/cloudevents-batch+json"
    assert json.loads(request.content) == [{"id": "a"}, {"id": "b"}]


def test_a_webhook_is_signed_over_its_bytes() -> None:
    answer, asked = answers(httpx.Response(202, json={}))
    door(answer).send_github("pull_request", "d-1", {"标题": "x"}, "secret")
    (request,) = asked
    expected = hmac.new(b"secret", request.content, hashlib.sha256).hexdigest()
    assert request.headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert (request.headers["X-GitHub-Event"], request.headers["X-GitHub-Delivery"]) == ("pull_request", "d-1")


def test_waits_as_long_as_ingest_asks() -> None:
    waited: list[float] = []
    busy = httpx.Response(429, headers={"Retry-After": "2"}, json={"detail": "full"})
    answer, asked = answers(busy, httpx.Response(503, json={"detail": "Kafka is away"}), httpx.Response(202, json={}))
    assert door(answer, waited).send([{"id": "a"}]) == Receipt()
    assert len(asked) == 3
    assert waited == [2.0, 0.8]


def test_gives_up_in_the_end() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Retryable, match=r"ingest at .* does not answer .*refused"):
        door(away).send([{"id": "a"}])


@pytest.mark.parametrize(
    ("response", "error", "message"),
    [
        (httpx.Response(401, json={"detail": "wrong key"}), Misconfigured, "ingest refuses: wrong key"),
        (httpx.Response(404, json={"detail": "no such thing"}), NotFound, "no such thing"),
        (httpx.Response(422, json={"detail": "bad"}), BadRecord, "answers 422: bad"),
        (httpx.Response(500, text="oops"), Retryable, "answers 500: oops"),
        (httpx.Response(429, headers={"Retry-After": "soon"}), Overloaded, "full"),
        (httpx.Response(200, text="<html>"), Misconfigured, "not answer in JSON"),
    ],
)
def test_refusals_become_one_line(response: httpx.Response, error: type[Exception], message: str) -> None:
    with (
        Api("ingest", "http://ingest.test", "key", httpx.MockTransport(lambda _: response)) as api,
        pytest.raises(error, match=message),
    ):
        api.get("/v1/x", q="a", left_out=None)


@pytest.mark.parametrize("body", [[], {"accepted": [{}]}, {"accepted": 3}])
def test_an_answer_in_another_form_is_refused(body: Any) -> None:
    answer, _ = answers(httpx.Response(200, json=body))
    with pytest.raises(Misconfigured, match="not known here"):
        door(answer).send([{"id": "a"}])


def test_a_batch_of_which_nothing_was_good_names_each() -> None:
    rejected = [{"index": 0, "field": None, "detail": "one"}, {"index": 1, "field": None, "detail": "two"}]
    answer, _ = answers(httpx.Response(422, json={"detail": "one", "rejected": rejected}))
    assert door(answer).send([{"id": "a"}, {"id": "b"}]).refused == (Refused(0, "one"), Refused(1, "two"))


def test_events_that_say_nothing_are_counted() -> None:
    answer, _ = answers(
        httpx.Response(202, json={"accepted": [], "ignored": [{"index": 0, "reason": "a reaction"}]}),
        httpx.Response(200, json={"ignored": "a label"}),
    )
    way = door(answer)
    assert way.send([{"id": "a"}]).ignored == ("a reaction",)
    assert way.send_github("label", "d", {}, "s").ignored == ("a label",)


def test_what_is_too_large_at_once_goes_in_smaller_batches() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        events = json.loads(request.content)
        if len(events) > 2 or any(event.get("big") for event in events):
            return httpx.Response(413, json={"detail": "too many bytes"})
        return httpx.Response(202, json={"accepted": [{"id": event["id"]} for event in events]})

    receipt = door(answer).send([{"id": "a"}, {"id": "b"}, {"id": "c"}, {"id": "d", "big": True}, {"id": "e"}])
    assert [accepted.id for accepted in receipt.accepted] == ["a", "b", "c", "e"]
    assert receipt.refused == (Refused(3, "ingest answers 413: too many bytes"),)


def test_other_refusals_pass_through_and_a_refused_webhook_is_named() -> None:
    with pytest.raises(Rejected, match="answers 415"):
        door(lambda _: httpx.Response(415, json={"detail": "no"})).send([{"id": "a"}])
    receipt = door(lambda _: httpx.Response(422, json={"detail": "no"})).send_github("x", "d", {}, "s")
    assert receipt.refused == (Refused(0, "ingest answers 422: no"),)


class Recorder:
    """Takes everything, except events that say so."""

    def __init__(self) -> None:
        self.batches: list[list[CloudEvent]] = []

    def send(self, events: Sequence[CloudEvent]) -> Receipt:
        self.batches.append(list(events))
        refused = tuple(Refused(n, "bad") for n, event in enumerate(events) if event["id"] == "bad")
        accepted = tuple(
            Accepted(event["id"], event["id"], event.get("say", "accepted")) for event in events if event["id"] != "bad"
        )
        return Receipt(accepted, refused)


def items(count: int) -> Iterator[Item | Malformed]:
    for number in range(count):
        yield Item(f"line {number + 1}", {"id": str(number)})


def test_sends_in_batches_and_says_how_far_it_came() -> None:
    recorder, steps = Recorder(), list[int]()
    outcome = send_all(items(250), recorder, Outcome(), progress=lambda now: steps.append(now.done))
    assert [len(batch) for batch in recorder.batches] == [100, 100, 50]
    assert steps == [100, 200, 250]
    assert (outcome.accepted, outcome.refused) == (250, [])


def test_goes_on_after_what_is_done() -> None:
    recorder = Recorder()
    outcome = send_all(items(120), recorder, Outcome(mark=Mark(110)))
    assert [event["id"] for event in recorder.batches[0]] == [str(n) for n in range(110, 120)]
    assert (outcome.skipped, outcome.accepted, outcome.done) == (110, 10, 120)
    assert outcome.mark == Mark(120)


def test_what_was_refused_is_sent_again() -> None:
    recorder, marks = Recorder(), list[Mark]()
    refused = frozenset({3, *range(10, 120)})
    begun = Outcome(mark=Mark(200, refused))
    outcome = send_all(items(210), recorder, begun, progress=lambda now: marks.append(now.mark))
    assert [event["id"] for event in recorder.batches[0]][:3] == ["3", "10", "11"]
    assert sum(map(len, recorder.batches)) == 111 + 10
    assert marks == [Mark(200, frozenset(range(109, 120))), Mark(210)]
    assert (outcome.skipped, outcome.accepted, outcome.done) == (89, 121, 210)


def test_what_is_refused_again_stays_to_be_sent() -> None:
    source: list[Item | Malformed] = [
        Item("line 1", {"id": "ok"}),
        Item("line 2", {"id": "bad"}),
        Malformed("line 3", "not JSON"),
    ]
    first = send_all(source, Recorder(), Outcome())
    assert first.mark == Mark(3, frozenset({1, 2}))
    second = send_all(source, Recorder(), Outcome(mark=first.mark))
    assert second.refused == [("line 3", "not JSON"), ("line 2", "bad")]
    assert (second.skipped, second.accepted, second.mark) == (1, 0, first.mark)


def test_a_refusal_of_nothing_in_particular_keeps_the_whole_batch() -> None:
    class Vague(Recorder):
        def send(self, events: Sequence[CloudEvent]) -> Receipt:
            return Receipt(refused=(Refused(99, "bad"),))

    outcome = send_all(items(2), Vague(), Outcome())
    assert outcome.refused == [("a place that ingest did not name", "bad")]
    assert outcome.mark == Mark(2, frozenset({0, 1}))


def test_a_bad_item_stops_nothing_and_is_named() -> None:
    source: list[Item | Malformed] = [
        Malformed("line 1", "not JSON"),
        Item("line 2", {"id": "bad"}),
        Item("line 3", {"id": "ok"}),
        Item("line 4", {"id": "old", "say": "duplicate"}),
    ]
    outcome = send_all(source, Recorder(), Outcome())
    assert outcome.refused == [("line 1", "not JSON"), ("line 2", "bad")]
    assert (outcome.accepted, outcome.duplicates, outcome.done) == (1, 1, 4)


def test_nothing_is_sent_when_all_is_malformed() -> None:
    recorder = Recorder()
    send_all([Malformed("line 1", "x")], recorder, Outcome())
    assert recorder.batches == []


def test_the_bookmark_outlives_the_run(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "imports", "abc")
    assert bookmark.read() == Mark()
    bookmark.write(Path("x.jsonl"), Mark(300, frozenset({7, 2})))
    assert Bookmark(tmp_path / "imports", "abc").read() == Mark(300, frozenset({2, 7}))
    for broken in ("broken", "[]", '{"done": 3, "refused": 4}', '{"done": null}'):
        (tmp_path / "imports" / "abc.json").write_text(broken, "utf-8")
        assert bookmark.read() == Mark()


def test_the_checksum_sees_content_names_and_settings(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1", "utf-8")
    first = checksum(tmp_path)
    (tmp_path / "b").write_text("2", "utf-8")
    assert len({first, checksum(tmp_path), checksum(tmp_path / "a"), checksum(tmp_path / "a", "x")}) == 4
    assert checksum(tmp_path / "a") == checksum(tmp_path / "a")
