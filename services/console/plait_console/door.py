"""Sends events through ingest's doors, a batch at a time, and waits when ingest asks for it."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpx

from plait_console.api import Api, Rejected
from plait_console.events import BATCH_TYPE, CloudEvent
from plait_console.receipts import Accepted, Receipt, Refused
from plait_console.settings import ConsoleSettings
from plait_shared.errors import Misconfigured, Overloaded, Retryable

TRIES = 8
TOO_LARGE = 413
LONGEST_WAIT_S = 5.0
T = TypeVar("T")


class Door:
    """The doors of ingest. Raises Retryable when ingest stays away through all tries."""

    def __init__(self, api: Api, sleep: Callable[[float], None] = time.sleep) -> None:
        self._api = api
        self._sleep = sleep

    def send(self, events: Sequence[CloudEvent]) -> Receipt:
        """Send a batch to ``/v1/events``, in smaller ones when ingest finds it too large."""
        if not events:
            return Receipt()
        body = json.dumps(list(events), ensure_ascii=False).encode()
        try:
            return _receipt(self._patiently(lambda: self._api.post("/v1/events", body, {"Content-Type": BATCH_TYPE})))
        except Rejected as error:
            if isinstance(error.body, dict) and "rejected" in error.body:
                return _receipt(error.body)
            if error.status != TOO_LARGE:
                raise
            if len(events) == 1:
                return Receipt(refused=(Refused(0, str(error)),))
        half = len(events) // 2
        return self.send(events[:half]).then(self.send(events[half:]), half)

    def send_github(self, event: str, delivery: str, payload: object, secret: str) -> Receipt:
        """Send one webhook as GitHub does: signed over the very bytes of the body."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        }
        try:
            return _receipt(self._patiently(lambda: self._api.post("/v1/hooks/github", body, headers)))
        except Rejected as error:
            return Receipt(refused=(Refused(0, str(error)),))

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _patiently(self, ask: Callable[[], T]) -> T:
        for attempt in range(1, TRIES):
            try:
                return ask()
            except Overloaded as error:
                self._sleep(min(LONGEST_WAIT_S, error.retry_after_s))
            except Retryable:
                self._sleep(min(LONGEST_WAIT_S, 0.2 * 2**attempt))
        return ask()


def open_door(settings: ConsoleSettings, transport: httpx.BaseTransport | None = None) -> Door:
    """The doors of the ingest that the settings name."""
    return Door(Api("ingest", settings.need("ingest_url"), settings.need("api_key"), transport))


def _receipt(answer: Any) -> Receipt:
    try:
        accepted = tuple(_accepted(row) for row in answer.get("accepted", ()))
        refused = tuple(_refused(row, place) for place, row in enumerate(answer.get("rejected", ())))
        ignored = _ignored(answer.get("ignored") or ())
    except (AttributeError, KeyError, TypeError) as exc:
        raise Misconfigured(f"ingest answers in a form that is not known here: {str(answer)[:200]}") from exc
    return Receipt(accepted, refused, ignored)


def _accepted(row: dict[str, Any]) -> Accepted:
    return Accepted(str(row["id"]), row.get("message_id"), str(row.get("status", "accepted")))


def _refused(row: dict[str, Any], place: int) -> Refused:
    return Refused(int(row.get("index", place)), str(row.get("detail") or "refused"))


def _ignored(rows: Any) -> tuple[str, ...]:
    """Reasons; a webhook's answer has a single one."""
    return (rows,) if isinstance(rows, str) else tuple(str(row["reason"]) for row in rows)
