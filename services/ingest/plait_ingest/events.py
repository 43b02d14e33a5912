"""What stands in a request: CloudEvents 1.0 (structured, binary, batch) or plain messages, as items."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from pydantic_core import from_json

from plait_ingest.handlers import PLAIN, Item
from plait_shared.errors import BadRecord, PlaitError

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ACCEPTED = f"{JSON}, {STRUCTURED}, {BATCH}, or any content type with ce-* headers"
_JSON_TYPE = re.compile(r"(?:application|text)/(?:[\w.-]+\+)?json")
Given = list[Item | BadRecord]


class Unreadable(PlaitError):
    """The body is not what its content type says; HTTP 400."""


class UnknownFormat(PlaitError):
    """A content type that nobody here reads; HTTP 415."""


class TooLarge(PlaitError):
    """More than one request may hold; HTTP 413."""


def items_of(headers: Mapping[str, str], body: bytes, most: int) -> Given:
    """The items of a request, each refused by itself when it is no valid event; header names in lower case."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "ce-specversion" in headers or "ce-type" in headers:
        return [_binary(headers, body)]
    if kind == STRUCTURED:
        return [_structured(json_of(body))]
    if kind not in (BATCH, JSON):
        raise UnknownFormat(f"content type {kind or '(none)'!r} is not read here; send {ACCEPTED}")
    data = json_of(body)
    if kind == BATCH and not isinstance(data, list):
        raise Unreadable("a batch of CloudEvents must be a JSON array")
    entries = data if isinstance(data, list) else [data]
    if not entries:
        raise Unreadable("the array holds no event")
    if len(entries) > most:
        raise TooLarge(f"{len(entries)} events are too many for one request; at most {most}")
    return [_structured(entry) for entry in entries] if kind == BATCH else [Item(PLAIN, entry) for entry in entries]


def json_of(body: bytes) -> Any:
    """JSON in UTF-8; raises Unreadable with the place where it goes wrong."""
    try:
        body.decode("utf-8")
        return from_json(body, allow_inf_nan=False)
    except UnicodeDecodeError as exc:
        raise Unreadable(f"the body is not UTF-8: byte {exc.start} can't be read") from exc
    except ValueError as exc:
        raise Unreadable(f"the body is not JSON: {exc}") from exc


def json_of_hook(headers: Mapping[str, str], body: bytes) -> Any:
    """The payload of a webhook: JSON, or JSON in the field ``payload`` of a form."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return json_of(body)
    try:
        fields = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=10)
    except ValueError as exc:
        raise Unreadable(f"the body is not a form: {exc}") from exc
    return json_of(fields.get("payload", [""])[0].encode())


def _structured(data: object) -> Item | BadRecord:
    try:
        return _item(_event(data))
    except BadRecord as exc:
        return exc


def _binary(headers: Mapping[str, str], body: bytes) -> Item | BadRecord:
    kind = headers.get("content-type", JSON).partition(";")[0].strip().lower()
    parsed = json_of(body) if _JSON_TYPE.fullmatch(kind) else body
    if not headers.get("ce-id"):
        return BadRecord("ce-id: is needed", field="ce-id")
    try:
        attributes = {name: value for name, value in headers.items() if name.startswith("ce-")}
        event = from_binary(HTTPMessage(attributes, b""), JSONFormat(), CloudEvent)
    except (CloudEventValidationError, ValueError, TypeError) as exc:
        return _invalid(exc)
    return Item(event.get_type(), parsed)


def _event(data: object) -> BaseCloudEvent:
    if not isinstance(data, dict):
        raise BadRecord("the event must be a JSON object")
    attributes = {name: value for name, value in data.items() if name not in ("data", "data_base64")}
    if "id" not in attributes:
        raise BadRecord("id: is needed", field="id")
    try:
        if "time" in attributes:
            attributes["time"] = datetime.fromisoformat(attributes["time"])
        return CloudEvent(attributes, _content(data))
    except (CloudEventValidationError, ValueError, TypeError, AttributeError) as exc:
        raise _invalid(exc) from exc


def _content(data: dict[str, Any]) -> Any:
    if "data_base64" not in data:
        return data.get("data")
    if "data" in data:
        raise BadRecord("data_base64: stands beside data; only one of them may", field="data_base64")
    try:
        return base64.b64decode(data["data_base64"], validate=True)
    except (binascii.Error, TypeError, ValueError) as exc:
        raise BadRecord("data_base64: is not base64", field="data_base64") from exc


def _item(event: BaseCloudEvent) -> Item:
    return Item(event.get_type(), event.get_data())


def _invalid(error: Exception) -> BadRecord:
    if isinstance(error, CloudEventValidationError):
        name, errors = next(iter(error.errors.items()))
        return BadRecord(f"{name}: {errors[0]}", field=name)
    return BadRecord(f"time: {error}", field="time")
