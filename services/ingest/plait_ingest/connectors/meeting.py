"""``meeting.cue``: one utterance of a meeting's transcript."""

import re
from datetime import timedelta

from plait_ingest.connectors.plain import audience, identity
from plait_ingest.draft import Accepted, Context, Draft, one
from plait_ingest.model import MeetingCueIn, MeetingIn, parse
from plait_schemas.records import ConversationKind, ConversationRef, Identity, IdentityKind, MessageKind
from plait_shared.errors import BadRecord

_SPEAKER_ID = re.compile(r"[^\w.@+-]+")


def connect(data: object, context: Context) -> Accepted:
    """A message of the meeting, sent when the cue starts. The speaker is found among the attendees by id or name."""
    given = parse(MeetingCueIn, data)
    meeting, cue = given.meeting, given.cue
    if cue.end_s < cue.start_s:
        raise BadRecord("cue.end_s: lies before cue.start_s", field="cue.end_s")
    at = meeting.started_at + timedelta(seconds=cue.start_s)
    conversation_id = meeting.id if meeting.id.startswith("meeting:") else f"meeting:{meeting.id}"
    draft = Draft(
        tool="meeting",
        tool_id=f"{meeting.id}/{cue.index}",
        kind=MessageKind.MEETING,
        conversation=ConversationRef(id=conversation_id, title=meeting.title, kind=ConversationKind.MEETING),
        author=_speaker(cue.speaker, meeting),
        audience=audience(meeting.audience),
        sent_at=at,
        occurred_at=at,
        text=cue.text,
    )
    return one(draft, context)


def _speaker(name: str, meeting: MeetingIn) -> Identity:
    wanted = " ".join(name.casefold().split())
    for attendee in meeting.attendees:
        if wanted and wanted in (attendee.name.casefold(), attendee.id.casefold()):
            return identity(attendee)
    known = _SPEAKER_ID.sub("-", wanted).strip("-")
    return Identity(id=f"meeting:{known or 'unknown'}", name=name, kind=IdentityKind.UNKNOWN)
