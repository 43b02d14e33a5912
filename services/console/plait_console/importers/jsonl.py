"""A message a line, as JSON: the data of a ``plait.message`` event, or a whole CloudEvent."""

import json
from collections.abc import Iterator
from pathlib import Path

from plait_console.events import Item, Malformed, cloud_event


def read_jsonl(path: Path) -> Iterator[Item | Malformed]:
    """Events in the order of the lines; empty lines are passed over."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _item(f"line {number}", line)


def _item(place: str, line: bytes) -> Item | Malformed:
    try:
        data = json.loads(line)
    except (UnicodeDecodeError, ValueError) as exc:
        return Malformed(place, f"not JSON in UTF-8: {exc}")
    if not isinstance(data, dict):
        return Malformed(place, "a message is a JSON object")
    if "specversion" in data:
        return Item(place, data)
    if not isinstance(data.get("id"), str) or not data["id"]:
        return Malformed(place, "a message needs an `id`")
    return Item(place, message_event(data, source="/plait/import/jsonl"))


def message_event(data: dict[str, object], *, source: str) -> dict[str, object]:
    """A plain message as an event; a change of a message has an id of its own."""
    at = data.get("occurred_at") or data.get("sent_at")
    change = data.get("change")
    id_ = f"{data.get('tool', 'chat')}:{data['id']}" + (f":{change}:{at}" if change else "")
    return cloud_event("plait.message", id_, data, source=source, time=str(at) if at else None)
