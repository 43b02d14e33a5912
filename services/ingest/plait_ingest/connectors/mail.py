"""``mail.rfc822``: raw mail. A thread is a conversation and a group: who writes or receives it may see it.

Mentioned is who of To and Cc is called by name in the text (full name, first name, or a Chinese given name), and
the one person in To when there is only one, since such a mail speaks to that person.
"""

import hashlib
import re

from plait_ingest import cleaning
from plait_ingest.connectors import mail_parts as parts
from plait_ingest.connectors.mail_reply import reply_of
from plait_ingest.draft import Accepted, Context, Draft, cut, group, membership, message
from plait_ingest.markup import html_to_text
from plait_schemas.records import ConversationKind, ConversationRef, Identity, IdentityKind, MessageKind
from plait_shared.errors import BadRecord

MOST_RECIPIENTS = 1000
_PREFIX = re.compile(
    r"^(?:(?:re|fwd?|aw|wg|sv|回复|回覆|答复|答覆|转发|轉寄)(?:\[\d{1,3}\])?\s*[:：]\s*)+", re.IGNORECASE
)
_MACHINE = re.compile(r"(?:no-?reply|do-?not-?reply|notifications?|mailer-daemon|postmaster|bounces?)\b", re.IGNORECASE)
_HAN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")


def connect(data: object, context: Context) -> Accepted:
    """One message, and a membership for each person of the thread that the mail names."""
    if not isinstance(data, bytes | str):
        raise BadRecord("data_base64: must be the raw mail, in base64", field="data_base64")
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "replace")
    mail = parts.read(raw)
    senders = parts.addresses(mail, "From") or parts.addresses(mail, "Sender")
    if not senders:
        raise BadRecord("From: must name an address", field="From")
    own_id = next(iter(parts.message_ids(mail, "Message-ID")), "") or f"{hashlib.sha256(raw).hexdigest()}@no-message-id"
    parents = parts.message_ids(mail, "In-Reply-To")
    root = next(iter(parts.message_ids(mail, "References") or parents), own_id)
    subject = _PREFIX.sub("", parts.header(mail, "Subject"))
    thread = f"mail:{root}"
    author = _author(mail, senders[0])
    to, cc = ([_person(*entry) for entry in parts.addresses(mail, name)] for name in ("To", "Cc"))
    text = _text(mail)
    at = parts.sent_at(mail)
    draft = Draft(
        tool="mail",
        tool_id=own_id,
        kind=MessageKind.MAIL,
        conversation=ConversationRef(id=thread, title=subject, kind=ConversationKind.MAIL_THREAD),
        author=author,
        mentions=addressed(text, to, cc),
        audience=group(thread),
        sent_at=at,
        occurred_at=at,
        text=text,
        reply_to=next(iter(parents), None),
        attachments=tuple(parts.attachments(mail, own_id)),
    )
    people = list({who.id: who for who in (author, *to, *cc)}.values())[:MOST_RECIPIENTS]
    members = [membership(thread, subject, who, True, at, context.workspace) for who in people]
    return Accepted(own_id, (message(draft, context), *members))


def addressed(text: str, to: list[Identity], cc: list[Identity]) -> tuple[Identity, ...]:
    """Recipients who are called by name, in the order of the text; a single person in To is always addressed."""
    places = {who.id: place for who in (*to, *cc) if (place := _place(text, who.name)) >= 0}
    named = sorted((who for who in (*to, *cc) if who.id in places), key=lambda who: places[who.id])
    return tuple(named) if len(to) != 1 or to[0] in named else (*to, *named)


def _place(text: str, full_name: str) -> int:
    """Where a person is called by name, or -1."""
    name = cleaning.name(full_name)
    if _HAN_NAME.fullmatch(name):
        return max(text.find(name), text.find(name[1:]) if len(name) > 2 else -1)
    first = name.replace(",", " ").split(" ")[0]
    found = re.search(rf"\b{re.escape(first)}\b", text) if len(first) > 1 else None
    return found.start() if found else -1


def _text(mail: parts.Mail) -> str:
    body = parts.body(mail)
    source = cut(body.text)
    return reply_of(html_to_text(source, without_quotes=True) if body.html else source)


def _author(mail: parts.Mail, sender: tuple[str, str]) -> Identity:
    name, address = sender
    automatic = parts.header(mail, "Auto-Submitted").lower()
    machine = automatic.startswith("auto-") or bool(_MACHINE.match(address))
    return Identity(id=address, name=name, kind=IdentityKind.BOT if machine else IdentityKind.PERSON)


def _person(name: str, address: str) -> Identity:
    return Identity(id=address, name=name, kind=IdentityKind.UNKNOWN)
