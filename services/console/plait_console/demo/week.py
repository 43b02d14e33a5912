"""The week as steps in the order of event time; see week/README.md for what happens in it."""

import json
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from plait_console.events import CloudEvent, cloud_event, mail_event
from plait_console.importers.jsonl import message_event
from plait_console.importers.mbox import mail_time
from plait_console.importers.meeting import cue_event, meeting_of
from plait_console.importers.webvtt import Cue, parse

WEEK = Path(__file__).parent / "week"
SOURCE = "/plait/demo"
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
CLOCK = datetime(2026, 3, 8, 20, tzinfo=UTC)
"""The last event: late enough that everything said before has settled, and that the weekend's digests are due."""

INSTANTS = ("submitted_at", "updated_at", "created_at")


@dataclass(frozen=True, slots=True)
class Step:
    """One event and the door that it goes through; ``payload`` is a CloudEvent, or the body of a webhook."""

    at: datetime
    door: Literal["events", "github"]
    payload: CloudEvent
    event: str = ""
    delivery: str = ""


def introductions(folder: Path = WEEK) -> list[CloudEvent]:
    """Who there is, and who is in which private group."""
    people = _json(folder / "people.json")
    names = {person["identities"][0]: person["name"] for person in people}
    events = [_profile(person) for person in people]
    for group in _json(folder / "groups.json"):
        for member in group["members"]:
            data = {
                "group": group["group"],
                "title": group["title"],
                "member": {"id": member, "name": names.get(member, ""), "kind": "person"},
                "active": True,
                "occurred_at": BEGIN.isoformat(),
            }
            events.append(cloud_event("plait.membership", f"member:{group['group']}:{member}", data, source=SOURCE))
    return events


def steps(folder: Path = WEEK) -> list[Step]:
    """Everything that happens in the week, by event time, and last the clock."""
    found = [*_messages(folder), *_github(folder), *_mail(folder), *_meetings(folder)]
    return [*sorted(found, key=lambda step: step.at), Step(CLOCK, "events", clock())]


def clock() -> CloudEvent:
    """A bot's word on Sunday evening, in a conversation of its own: time goes on although nobody speaks."""
    data: dict[str, object] = {
        "id": "clock-0001",
        "tool": "chat",
        "kind": "activity",
        "conversation": {"id": "chat:ops-backup", "title": "#ops-backup", "kind": "channel"},
        "author": {"id": "backup-bot@heronworks.example", "name": "Backup bot", "kind": "bot"},
        "mentions": [],
        "sent_at": CLOCK.isoformat(),
        "text": "Weekly backup finished: 0 errors.",
    }
    return message_event(data, source=SOURCE)


def _messages(folder: Path) -> Iterator[Step]:
    for name in ("chat.jsonl", "tickets.jsonl"):
        for line in (folder / name).read_text("utf-8").splitlines():
            data = json.loads(line)
            at = datetime.fromisoformat(data.get("occurred_at") or data["sent_at"])
            yield Step(at, "events", message_event(data, source=SOURCE))


def _github(folder: Path) -> Iterator[Step]:
    for line in (folder / "github.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        payload = row["payload"]
        what = payload.get("comment") or payload.get("review") or payload["pull_request"]
        at = datetime.fromisoformat(next(what[name] for name in INSTANTS if what.get(name)))
        delivery = str(uuid5(NAMESPACE_URL, f"{row['event']}/{payload['action']}/{what['id']}"))
        yield Step(at, "github", payload, row["event"], delivery)


def _mail(folder: Path) -> Iterator[Step]:
    box = mailbox.mbox(folder / "mail.mbox", create=False)
    for key in box.iterkeys():
        raw = box.get_bytes(key)
        message = mailbox.mboxMessage(raw)
        at = mail_time(str(message["Date"]))
        assert at is not None
        yield Step(at, "events", mail_event(str(message["Message-ID"]), raw, source=SOURCE, time=at))
    box.close()


def _meetings(folder: Path) -> Iterator[Step]:
    names = {person["identities"][0]: person["name"] for person in _json(folder / "people.json")}
    for data in _json(folder / "meetings.json"):
        attendees = [{"id": id_, "name": names[id_], "kind": "person"} for id_ in data["attendees"]]
        meeting = meeting_of(data | {"attendees": attendees}, data["file"])
        for cue in parse((folder / data["file"]).read_text("utf-8")):
            assert isinstance(cue, Cue)
            event = cue_event(meeting, cue, source=SOURCE)
            yield Step(datetime.fromisoformat(event["time"]), "events", event)


def _profile(person: dict[str, Any]) -> CloudEvent:
    quiet = person.get("quiet_hours") or {}
    data = {
        "user": person["user"],
        "name": person["name"],
        "identities": person["identities"],
        "timezone": person["timezone"],
        "language": person["language"],
        "digest_hour": person["digest_hour"],
        "quiet_start": quiet.get("start", ""),
        "quiet_end": quiet.get("end", ""),
        "channels": [],
        "active": True,
        "occurred_at": BEGIN.isoformat(),
    }
    return cloud_event("plait.profile", f"profile:{person['user']}", data, source=SOURCE)


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
