"""What PostgreSQL can't store, found before it is asked to."""

import math
from typing import Any

from plait_schemas.records import Enrichment, Record
from plait_shared.errors import BadRecord

MAX_KEY = 512
KEY_FIELDS = ("workspace", "message_id", "group", "user", "state")


def check(record: Record) -> None:
    """Raise BadRecord with the field's path for NUL characters, numbers that are none, and ids too long to index."""
    data = record.to_avro()
    _walk(data, "")
    _keys(data, "")
    _keys(data.get("message") or {}, "message.")
    if isinstance(record, Enrichment):
        if record.workspace != record.message.workspace:
            raise BadRecord("workspace is not the one of the message inside", field="workspace")
        if record.source_event != record.message.id:
            raise BadRecord("source_event is not the event id of the message inside", field="source_event")


def _keys(data: dict[str, Any], prefix: str) -> None:
    conversation = data.get("conversation") or {}
    member = data.get("member") or {}
    author = data.get("author") or {}
    values = {name: data.get(name) for name in ("id", *KEY_FIELDS)}
    values |= {"conversation.id": conversation.get("id"), "member.id": member.get("id"), "author.id": author.get("id")}
    for name, value in values.items():
        if isinstance(value, str) and len(value.encode()) > MAX_KEY:
            raise BadRecord(f"{prefix}{name} has more than {MAX_KEY} bytes", field=prefix + name)


def _walk(value: Any, path: str) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise BadRecord(f"{path} holds a NUL character, which can't be stored", field=path)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise BadRecord(f"{path} is not a finite number", field=path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        if value and isinstance(value[0], float):
            if not all(map(math.isfinite, value)):
                raise BadRecord(f"{path} holds what is not a finite number", field=path)
            return
        for inner in value:
            _walk(inner, path)
