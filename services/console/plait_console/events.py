"""CloudEvents 1.0 (JSON format) as the console sends them to ingest."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

CloudEvent = dict[str, Any]
BATCH_TYPE = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a file, with the place that a person finds it at."""

    place: str
    event: CloudEvent


@dataclass(frozen=True, slots=True)
class Malformed:
    """A place of a file that can't be read, and why."""

    place: str
    cause: str


def cloud_event(
    type_: str, id_: str, data: object, *, source: str = "/plait/console", time: datetime | str | None = None
) -> CloudEvent:
    """An event with JSON data."""
    event: CloudEvent = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "datacontenttype": "application/json",
        "data": data,
    }
    return _timed(event, time)


def mail_event(id_: str, raw: bytes, *, source: str, time: datetime | str | None = None) -> CloudEvent:
    """A mail as it came over the wire."""
    event: CloudEvent = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": "mail.rfc822",
        "datacontenttype": "message/rfc822",
        "data_base64": base64.b64encode(raw).decode(),
    }
    return _timed(event, time)


def _timed(event: CloudEvent, time: datetime | str | None) -> CloudEvent:
    if time is not None:
        event["time"] = time if isinstance(time, str) else time.isoformat()
    return event
