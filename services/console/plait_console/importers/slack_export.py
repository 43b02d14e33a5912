"""A Slack export as events: first who is in the private conversations, then what was said, day by day.

Days are merged over all conversations, so that time runs forward and a conversation does not look settled because
another one was read first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plait_console.events import Item, Malformed, cloud_event
from plait_console.importers.slack_folder import Channel, Folder, Person, channels, open_export, people, read_json
from plait_shared.errors import BadRecord

SOURCE = "/plait/import/slack-export"


def read_slack_export(path: Path) -> Iterator[Item | Malformed]:
    """Memberships, then messages; raises BadRecord when the path is no Slack export."""
    root = open_export(path)
    persons = people(root)
    known = list(channels(root))
    for channel in known:
        if channel.private:
            yield from _memberships(channel, persons)
    for day in sorted({file.name for channel in known for file in _days(root, channel)}):
        yield from _day(root, day, known, persons)


def _memberships(channel: Channel, persons: dict[str, Person]) -> Iterator[Item]:
    at = datetime.fromtimestamp(channel.created_s, UTC).isoformat()
    for member in channel.members:
        data = {
            "group": f"slack:{channel.id}",
            "title": channel.name,
            "member": persons.get(member, Person(member, "")).identity,
            "active": True,
            "occurred_at": at,
        }
        id_ = f"membership:{channel.id}:{member}"
        yield Item(f"{channel.folder}: member {member}", cloud_event("plait.membership", id_, data, source=SOURCE))


def _days(root: Folder, channel: Channel) -> list[Any]:
    folder = root / channel.folder
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.name.endswith(".json")]


def _day(root: Folder, day: str, known: list[Channel], persons: dict[str, Person]) -> Iterator[Item | Malformed]:
    said: list[tuple[float, Item]] = []
    for channel in known:
        file = root / channel.folder / day
        if not file.exists():
            continue
        for found in _messages(file, f"{channel.folder}/{day}", channel, persons):
            if isinstance(found, Malformed):
                yield found
            else:
                said.append(found)
    yield from (item for _, item in sorted(said, key=lambda pair: pair[0]))


def _messages(
    file: Folder, name: str, channel: Channel, persons: dict[str, Person]
) -> Iterator[tuple[float, Item] | Malformed]:
    try:
        rows = read_json(file)
    except BadRecord as exc:
        yield Malformed(name, str(exc))
        return
    if not isinstance(rows, list):
        yield Malformed(name, "a list is expected")
        return
    for number, row in enumerate(rows, start=1):
        place = f"{name} entry {number}"
        if not isinstance(row, dict) or row.get("type") != "message":
            yield Malformed(place, "not a message")
            continue
        try:
            at_s = float(row["ts"])
        except (KeyError, TypeError, ValueError):
            yield Malformed(place, "a message needs a `ts`")
            continue
        yield at_s, Item(place, _event(row, at_s, channel, persons))


def _event(row: dict[str, Any], at_s: float, channel: Channel, persons: dict[str, Person]) -> dict[str, Any]:
    message = {**row, "channel": channel.id, "channel_type": channel.type, "channel_name": channel.name}
    person = persons.get(str(row.get("user")))
    if person is not None:
        message["user_profile"] = {**(row.get("user_profile") or {}), "real_name": person.name}
    data = {"type": "event_callback", "event": message}
    time = datetime.fromtimestamp(at_s, UTC)
    return cloud_event("slack.event", f"{channel.id}:{row['ts']}", data, source=SOURCE, time=time)
