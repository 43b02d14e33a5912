"""A meeting's transcript in WebVTT, with what the file does not say of the meeting: its id, title and start."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from plait_console.events import CloudEvent, Item, Malformed, cloud_event
from plait_console.importers.webvtt import Cue, parse
from plait_shared.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is known of a meeting; ``started_at`` has a time zone, attendees are identities."""

    id: str
    title: str
    started_at: datetime
    attendees: tuple[Mapping[str, Any], ...] = ()
    audience: Mapping[str, Any] | None = field(default=None)


def sidecar(path: Path) -> dict[str, Any]:
    """The JSON object beside a transcript, ``planning.vtt`` → ``planning.json``; empty when there is none."""
    beside = path.with_suffix(".json")
    if not beside.exists():
        return {}
    try:
        data = json.loads(beside.read_text("utf-8"))
    except (OSError, ValueError) as exc:
        raise Misconfigured(f"{beside} is not JSON: {exc}") from exc
    if not isinstance(data, dict):
        raise Misconfigured(f"{beside} must hold one JSON object: id, title, started_at, attendees")
    return data


def meeting_of(data: Mapping[str, Any], where: str) -> Meeting:
    """The meeting that an object describes; raises Misconfigured with what is missing."""
    missing = [name for name in ("id", "title", "started_at") if not data.get(name)]
    if missing:
        options = ", ".join("--" + ("meeting-id" if name == "id" else name.replace("_", "-")) for name in missing)
        raise Misconfigured(f"{where} does not say which meeting it is: give {options}, or a JSON file beside it")
    try:
        started = datetime.fromisoformat(str(data["started_at"]))
    except ValueError as exc:
        raise Misconfigured(f"started_at: {exc}") from exc
    if started.tzinfo is None:
        raise Misconfigured("started_at needs a time zone, such as 2026-03-02T10:00:00+00:00")
    attendees = tuple(one if isinstance(one, dict) else {"id": str(one)} for one in data.get("attendees") or ())
    return Meeting(str(data["id"]), str(data["title"]), started, attendees, data.get("audience"))


def read_vtt(path: Path, meeting: Meeting) -> Iterator[Item | Malformed]:
    """One event a cue, in the order of the file."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as exc:
        yield Malformed(f"byte {exc.start}", "not UTF-8")
        return
    for found in parse(text):
        yield found if isinstance(found, Malformed) else Item(found.place, cue_event(meeting, found))


def cue_event(meeting: Meeting, cue: Cue, *, source: str = "/plait/import/vtt") -> CloudEvent:
    """One cue as an event; its time is when the cue begins."""
    about: dict[str, Any] = {
        "id": meeting.id,
        "title": meeting.title,
        "started_at": meeting.started_at.isoformat(),
        "attendees": list(meeting.attendees),
    }
    if meeting.audience is not None:
        about["audience"] = dict(meeting.audience)
    said = {
        "index": cue.index,
        "start_s": cue.start_s,
        "end_s": cue.end_s,
        "speaker": cue.speaker,
        "text": cue.text,
    }
    at = meeting.started_at + timedelta(seconds=cue.start_s)
    id_ = f"{meeting.id}#{cue.index}"
    return cloud_event("meeting.cue", id_, {"meeting": about, "cue": said}, source=source, time=at)
