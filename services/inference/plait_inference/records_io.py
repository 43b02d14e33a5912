"""JSON lines in and out: each line is answered in its place, none is dropped. Pure but for I/O
on the streams it is given; memory holds one chunk."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

MAX_LINE_BYTES: Final = 16 * 2**20
MAX_TEXT_CHARS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be answered otherwise; ``code`` is stable, ``detail`` is for people."""

    id: str | None
    code: str
    detail: str

    def line(self, key: str = "id") -> dict[str, Any]:
        """The answer, with the id under the name that the command uses."""
        return {key: self.id, "error": {"code": self.code, "detail": self.detail}}


@dataclass(frozen=True, slots=True)
class Message:
    """A message as given; ``text`` is not changed, so that offsets fit it."""

    id: str | None
    text: str
    author: str = ""
    time: datetime | None = None
    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as given, its messages in order of time where all times are known."""

    id: str | None
    participants: tuple[str, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the passages that may answer it, as given; a passage without an id is known by its place."""

    id: str | None
    question: str
    passages: tuple[Message, ...]


class _Unreadable(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def lines(stream: BinaryIO, max_bytes: int = MAX_LINE_BYTES) -> Iterator[bytes | None]:
    """Each line without its end; ``None`` for one longer than ``max_bytes``, which is skipped."""
    while line := stream.readline(max_bytes):
        if line.endswith(b"\n") or len(line) < max_bytes:
            yield line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(max_bytes)
        yield None


def dump(record: dict[str, Any]) -> bytes:
    """One line of UTF-8; characters that have no UTF-8 form are escaped."""
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(record).encode() + b"\n"


def read_message(line: bytes | None) -> Message | Fault:
    """The message of a line, or what is wrong with it."""
    record: dict[str, Any] = {}
    try:
        record = _object(line)
        return _message(record)
    except _Unreadable as error:
        return Fault(_id(record.get("id")), error.code, str(error))


def read_conversation(line: bytes | None) -> Conversation | Fault:
    """The conversation of a line, or what is wrong with it; messages without text are left out."""
    record: dict[str, Any] = {}
    try:
        record = _object(line)
        given = record.get("messages")
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise _Unreadable("wrong_type", "messages must be a list of objects")
        messages = [_message(item) for item in given if item.get("text") != ""]
        if not messages:
            raise _Unreadable("empty", "the conversation has no message with a text")
        return Conversation(
            id=_id(record.get("conversation")),
            participants=_names(record.get("participants")),
            messages=tuple(_in_order(messages)),
        )
    except _Unreadable as error:
        return Fault(_id(record.get("conversation")), error.code, str(error))


def read_question(line: bytes | None) -> Asked | Fault:
    """The question of a line, or what is wrong with it; passages without text are left out."""
    record: dict[str, Any] = {}
    try:
        record = _object(line)
        given = record.get("passages")
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise _Unreadable("wrong_type", "passages must be a list of objects")
        passages = [
            _message({**item, "id": str(place) if item.get("id") is None else item["id"]})
            for place, item in enumerate(given)
            if "text" not in item or not _is_blank(item["text"])
        ]
        return Asked(_id(record.get("id")), _text(record, "question"), tuple(passages))
    except _Unreadable as error:
        return Fault(_id(record.get("id")), error.code, str(error))


def _is_blank(text: object) -> bool:
    return text is None or (isinstance(text, str) and not text.strip())


def _object(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise _Unreadable("too_long", f"the line is longer than {MAX_LINE_BYTES} bytes")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("bad_encoding", f"not UTF-8: {error.reason}") from error
    if not text.strip():
        raise _Unreadable("empty", "the line is empty")
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Unreadable("bad_json", f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise _Unreadable("wrong_type", "the line must be a JSON object")
    return record


def _message(record: dict[str, Any]) -> Message:
    text = _text(record, "text")
    author = record.get("author", "")
    if not isinstance(author, str | None):
        raise _Unreadable("wrong_type", "author must be a string")
    if not isinstance(record.get("id"), str | int | None):
        raise _Unreadable("wrong_type", "id must be a string")
    conversation = _id(record.get("conversation"))
    return Message(_id(record.get("id")), text, author or "", _time(record.get("time")), conversation)


def _text(record: dict[str, Any], key: str) -> str:
    text = record.get(key)
    if key not in record:
        raise _Unreadable(f"missing_{key}", f"{key} is missing")
    if not isinstance(text, str):
        raise _Unreadable("wrong_type", f"{key} must be a string")
    if not text.strip():
        raise _Unreadable("empty", f"{key} is empty")
    if len(text) > MAX_TEXT_CHARS:
        raise _Unreadable("too_long", f"{key} has more than {MAX_TEXT_CHARS} characters")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise _Unreadable("bad_encoding", f"{key} holds half of a surrogate pair")
    return text


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _time(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _Unreadable("wrong_type", f"time is not ISO 8601: {value!r}") from error


def _names(value: object) -> tuple[str, ...]:
    """Participants as names, or as objects with a name."""
    if not isinstance(value, list):
        return ()
    names = [item.get("name") if isinstance(item, dict) else item for item in value]
    return tuple(name for name in names if isinstance(name, str) and name)


def _in_order(messages: list[Message]) -> list[Message]:
    times = [message.time for message in messages]
    known = [time for time in times if time is not None]
    aware = {time.tzinfo is not None for time in known}
    if len(known) < len(times) or len(aware) > 1:
        return messages
    return [messages[index] for index in sorted(range(len(times)), key=known.__getitem__)]
