"""Reading raw mail (RFC 5322, MIME). Whatever is wrong with charsets or headers, something readable comes out."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from urllib.parse import quote

from plait_schemas.records import Attachment
from plait_shared.errors import BadRecord

CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "us-ascii": "utf-8",
}  # fmt: skip
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,400})>")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,128}@[^\s@<>,;\"]{1,255}")
Mail = Message


@dataclass(frozen=True, slots=True)
class Body:
    """The readable text of a mail and how it is written."""

    text: str
    html: bool


def read(raw: bytes) -> Mail:
    """The mail in these bytes."""
    try:
        mail = message_from_bytes(raw, policy=compat32)
    except (RecursionError, ValueError, LookupError) as exc:
        raise BadRecord(f"data_base64: can't be read as mail: {exc}", field="data_base64") from exc
    if not mail.keys():
        raise BadRecord("data_base64: holds no mail: there are no header lines", field="data_base64")
    return mail


def header(mail: Mail, name: str) -> str:
    """One header, decoded and unfolded; empty when there is none."""
    return decoded(str(mail.get(name, "")))


def decoded(value: str) -> str:
    """Encoded words (RFC 2047) as text; unknown charsets become what can be read of them."""
    try:
        pieces = decode_header(value.replace("\r", " ").replace("\n", " "))
    except (HeaderParseError, ValueError):
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else in_charset(piece, charset) for piece, charset in pieces)
    return " ".join(_CONTROL.sub(" ", text).split())


def in_charset(data: bytes, charset: str | None) -> str:
    """Bytes as text; an unknown or wrong charset never raises."""
    name = CHARSETS.get((charset or "utf-8").lower(), charset or "utf-8")
    try:
        return data.decode(name, "replace")
    except (LookupError, ValueError, UnicodeError):
        return data.decode("utf-8", "replace")


def addresses(mail: Mail, *names: str) -> list[tuple[str, str]]:
    """(name, lower-cased address) of these headers, each address once."""
    values = [str(value).replace("\r", " ").replace("\n", " ") for name in names for value in mail.get_all(name, [])]
    found: dict[str, str] = {}
    for name, address in getaddresses(values):
        if _ADDRESS.fullmatch(address) and not _CONTROL.search(address):
            found.setdefault(address.lower(), decoded(name))
    return [(name, address) for address, name in found.items()]


def message_ids(mail: Mail, name: str) -> list[str]:
    """The message ids in a header, without their brackets, in order."""
    return [found for found in _MESSAGE_ID.findall(str(mail.get(name, ""))) if not _CONTROL.search(found)]


def sent_at(mail: Mail) -> datetime:
    """Date, or when the first server received it; refused when neither can be read."""
    received = [str(value).rpartition(";")[2] for value in reversed(mail.get_all("Received", []))]
    for value in [str(mail.get("Date", "")), *received]:
        try:
            moment = parsedate_to_datetime(value.strip())
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            if moment.year >= 1970:
                return moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    raise BadRecord("Date: neither Date nor Received holds a time that can be read", field="Date")


def body(mail: Mail) -> Body:
    """The first text/plain part that is no attachment and not empty, else the first text/html part."""
    html = ""
    for part in _leaves(mail):
        if _is_attachment(part):
            continue
        kind = part.get_content_type()
        text = in_charset(_bytes(part), part.get_content_charset()) if kind in ("text/plain", "text/html") else ""
        if kind == "text/plain" and text.strip():
            return Body(text, html=False)
        html = html or (text if kind == "text/html" else "")
    return Body(html, html=True)


def attachments(mail: Mail, message_id: str) -> Iterator[Attachment]:
    """Files of a mail by their `mid:` address (RFC 2392), with hash and size."""
    for part in _leaves(mail):
        if not _is_attachment(part):
            continue
        content = _bytes(part)
        content_id = next(iter(message_ids(part, "Content-ID")), "")
        yield Attachment(
            uri=f"mid:{quote(message_id)}" + (f"/{quote(content_id)}" if content_id else ""),
            sha256=hashlib.sha256(content).hexdigest(),
            media_type=part.get_content_type(),
            name=decoded(_file_name(part)),
            size_bytes=len(content),
        )


def _leaves(part: Mail) -> Iterator[Mail]:
    """Parts that hold content, in order; an attached mail is one of them, it is not opened."""
    waiting = [part]
    while waiting:
        current = waiting.pop()
        inner = current.get_payload() if current.is_multipart() else None
        if current.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extend(reversed([item for item in inner if isinstance(item, Message)]))
        else:
            yield current


def _is_attachment(part: Mail) -> bool:
    if part.get_content_disposition() == "attachment" or part.get_content_maintype() not in ("text", "multipart"):
        return True
    return bool(_file_name(part)) or part.get_content_type() not in ("text/plain", "text/html")


def _file_name(part: Mail) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, TypeError):
        return ""


def _bytes(part: Mail) -> bytes:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        return first.as_bytes() if isinstance(first, Message) else b""
    try:
        content = part.get_payload(decode=True)
    except UnicodeError:  # charsets such as idna, which Python decodes in a way of its own
        part.del_param("charset")
        content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
