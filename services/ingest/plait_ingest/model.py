"""What a caller may send, field by field; anything else is refused with the path of the field."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from plait_ingest.cleaning import LONGEST_TEXT, TextFormat
from plait_ingest.payload import EPOCH
from plait_schemas.records import Change, ChannelKind, ConversationKind, IdentityKind, MessageKind
from plait_shared.errors import BadRecord

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SCRIPT_URI = ("javascript:", "data:", "vbscript:")
M = TypeVar("M", bound=BaseModel)


def _moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be an RFC 3339 time as text, such as 2026-03-02T09:30:00+01:00")
    if not _RFC3339.fullmatch(value):
        raise ValueError("must be an RFC 3339 time with an offset, such as 2026-03-02T09:30:00+01:00 or …Z")
    try:
        moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ValueError(f"is not a time: {exc}") from exc
    if moment < EPOCH:
        raise ValueError("must not lie before 1970")
    return moment


def _identifier(value: str) -> str:
    if _CONTROL.search(value) or value != value.strip():
        raise ValueError("must not hold control characters, nor begin or end with white space")
    return value


def identity_id(value: str) -> str:
    """An identity's id: an e-mail address in lower case, anything else as it is."""
    return value.lower() if "@" in value and ":" not in value else value


def _uri(value: str) -> str:
    if value.lower().startswith(_SCRIPT_URI):
        raise ValueError("must be the address of a file, not a script or inline data")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as exc:
        raise ValueError("must be an IANA time zone, such as Europe/Lisbon") from exc
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
ShortText = Annotated[str, StringConstraints(max_length=1000)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=512), AfterValidator(_identifier)]
IdentityId = Annotated[Identifier, AfterValidator(identity_id)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S{1,2040}$")]
Uri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]{0,30}:\S{1,2040}$"), AfterValidator(_uri)]
Clock = Annotated[str, StringConstraints(pattern=r"^(?:(?:[01]\d|2[0-3]):[0-5]\d)?$")]
Loose = Field(strict=False)


class Closed(BaseModel):
    """Strict, frozen, without unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class IdentityIn(Closed):
    """Someone in a tool."""

    id: IdentityId
    name: ShortText = ""
    kind: Annotated[IdentityKind, Loose] = IdentityKind.UNKNOWN


class ConversationIn(Closed):
    """A conversation in a tool."""

    id: Identifier
    title: ShortText = ""
    kind: Annotated[ConversationKind, Loose] = ConversationKind.OTHER


class GroupIn(Closed):
    """An audience: the members of one group."""

    group: Identifier


class AttachmentIn(Closed):
    """A file by address."""

    uri: Uri
    media_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]{1,100}/[\w.+-]{1,100}$")]
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    name: ShortText = ""
    size_bytes: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class MessageIn(Closed):
    """A plain message; `version` defaults to `occurred_at` in microseconds, `occurred_at` to `sent_at`."""

    id: Identifier
    tool: Slug = "api"
    connection: Slug = "default"
    version: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    change: Annotated[Change, Loose] = Change.CREATED
    kind: Annotated[MessageKind, Loose]
    conversation: ConversationIn
    author: IdentityIn
    mentions: Annotated[list[IdentityIn], Field(max_length=200)] = []
    audience: GroupIn | None = None
    sent_at: Moment
    occurred_at: Moment | None = None
    text: Text
    format: Annotated[TextFormat, Loose] = TextFormat.TEXT
    reply_to: Identifier | None = None
    permalink: Url | None = None
    attachments: Annotated[list[AttachmentIn], Field(max_length=100)] = []


class MembershipIn(Closed):
    """Whether someone is in a group."""

    group: Identifier
    title: ShortText = ""
    member: IdentityIn
    active: bool
    occurred_at: Moment


class ChannelIn(Closed):
    """A door through which a person is told."""

    kind: Annotated[ChannelKind, Loose]
    address: Annotated[str, StringConstraints(max_length=2048)] = ""


class ProfileIn(Closed):
    """A person: identities and how to be told."""

    user: IdentityId
    name: ShortText
    identities: Annotated[list[IdentityId], Field(max_length=100)]
    timezone: Annotated[str, AfterValidator(_zone)] = "UTC"
    language: Literal["en", "zh"] = "en"
    digest_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    quiet_start: Clock = ""
    quiet_end: Clock = ""
    channels: Annotated[list[ChannelIn], Field(max_length=20)] = []
    active: bool = True
    occurred_at: Moment


class MeetingIn(Closed):
    """The meeting that a cue belongs to."""

    id: Identifier
    title: ShortText = ""
    started_at: Moment
    attendees: Annotated[list[IdentityIn], Field(max_length=1000)] = []
    audience: GroupIn | None = None


class CueIn(Closed):
    """One utterance of a transcript; times in seconds from the start of the meeting."""

    index: Annotated[int, Field(ge=0, lt=2**31)]
    start_s: Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)]
    end_s: Annotated[float, Field(ge=0, le=604_800, allow_inf_nan=False)]
    speaker: ShortText = ""
    text: Text


class MeetingCueIn(Closed):
    """A cue with its meeting."""

    meeting: MeetingIn
    cue: CueIn


def parse(model: type[M], data: Any, where: str = "") -> M:
    """The data as this model; raises BadRecord that names the first field that is wrong."""
    try:
        return model.model_validate(data)
    except ValidationError as exc:
        error = exc.errors(include_url=False, include_context=False, include_input=False)[0]
        path = where + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
        path = path.removeprefix(".")
        detail = error["msg"].removeprefix("Value error, ")
        raise BadRecord(f"{path or 'the body'}: {detail}", field=path or None) from exc
