"""A mailbox in mbox format: every mail as it came, byte for byte."""

import hashlib
import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from plait_console.events import Item, Malformed, mail_event
from plait_shared.errors import BadRecord


def read_mbox(path: Path) -> Iterator[Item | Malformed]:
    """Mails in the order of the file; raises BadRecord when the file is no mailbox."""
    with path.open("rb") as file:
        if file.read(5) not in (b"From ", b""):
            raise BadRecord(f"{path} is no mbox: its first line must begin with `From `")
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            yield _item(f"mail {number}", box.get_bytes(key))
    finally:
        box.close()


def _item(place: str, raw: bytes) -> Item | Malformed:
    message = mailbox.mboxMessage(raw)
    id_ = str(message["Message-ID"] or "").strip()
    if not raw.strip() or not message.keys():
        return Malformed(place, "no mail headers")
    at = mail_time(str(message["Date"] or ""))
    if at is None:
        return Malformed(place, f"the Date header can't be read: {message['Date']!r}")
    id_ = id_ or "sha256:" + hashlib.sha256(raw).hexdigest()
    return Item(place, mail_event(id_, raw, source="/plait/import/mbox", time=at))


def mail_time(header: str) -> datetime | None:
    """The instant of a Date header; one without a zone is UTC (RFC 5322, section 3.3: "-0000")."""
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
