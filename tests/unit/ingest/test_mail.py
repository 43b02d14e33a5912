"""Raw mail as a message and the memberships of its thread."""

from email.message import EmailMessage
from typing import Any

import pytest

from plait_ingest.connectors.mail_parts import decoded, in_charset
from plait_ingest.connectors.mail_reply import reply_of
from plait_schemas.ids import derived_id
from plait_schemas.records import ConversationKind, IdentityKind, Membership, Message, MessageKind
from plait_shared.errors import BadRecord
from tests.unit.ingest.world import read

HEADERS = {
    "From": "Mara Lind <Mara@Orchard.example>",
    "To": "Bo Keller <bo@orchard.example>, 李小倩 <xq@orchard.example>",
    "Cc": "carol@client.example",
    "Subject": "Re: 回复：Budget deck",
    "Date": "Mon, 02 Mar 2026 10:00:00 +0100",
    "Message-ID": "<m2@orchard.example>",
    "In-Reply-To": "<m1@orchard.example>",
    "References": "<m0@orchard.example> <m1@orchard.example>",
}


def mail(text: str = "Bo, please send it. 小倩, thank you.", **headers: str | None) -> EmailMessage:
    made = EmailMessage()
    for name, value in {**HEADERS, **{key.replace("_", "-"): value for key, value in headers.items()}}.items():
        if value is not None:
            made[name] = value
    made.set_content(text)
    return made


def taken(raw: bytes | EmailMessage) -> tuple[Message, list[Membership]]:
    records = read("mail.rfc822", raw if isinstance(raw, bytes) else raw.as_bytes()).records
    assert isinstance(records[0], Message)
    members = [record for record in records[1:] if isinstance(record, Membership)]
    return records[0], members


def test_a_mail_belongs_to_its_thread_and_its_readers() -> None:
    message, members = taken(mail())
    assert (message.conversation.id, message.conversation.title) == ("mail:m0@orchard.example", "Budget deck")
    assert message.conversation.kind is ConversationKind.MAIL_THREAD
    assert message.audience.group == "mail:m0@orchard.example"
    assert message.kind is MessageKind.MAIL
    assert message.author.id == "mara@orchard.example"
    assert message.reply_to == derived_id("message", "orchard", "mail", "default", "m1@orchard.example")
    assert [(m.member.id, m.active, m.group) for m in members] == [
        (who, True, "mail:m0@orchard.example")
        for who in ("mara@orchard.example", "bo@orchard.example", "xq@orchard.example", "carol@client.example")
    ]


def test_who_is_called_by_name_is_mentioned() -> None:
    assert [who.id for who in taken(mail())[0].mentions] == ["bo@orchard.example", "xq@orchard.example"]
    assert [who.id for who in taken(mail("See attached."))[0].mentions] == []
    assert [who.id for who in taken(mail("See it.", To="bo@orchard.example"))[0].mentions] == ["bo@orchard.example"]


def test_a_first_mail_is_its_own_thread() -> None:
    message, _ = taken(mail(References=None, In_Reply_To=None))
    assert message.conversation.id == "mail:m2@orchard.example"
    assert message.reply_to is None


def test_without_a_message_id_the_content_is_the_id() -> None:
    first, _ = taken(mail(Message_ID=None))
    again, _ = taken(mail(Message_ID=None))
    assert first.id == again.id
    assert first.source.tool_id.endswith("@no-message-id")


def test_html_alone_is_read_without_what_it_answers() -> None:
    made = mail()
    made.set_content("<p>New &amp; short</p><blockquote>old</blockquote>", subtype="html")
    assert taken(made)[0].text == "New & short"
    both = mail("plain text")
    both.add_alternative("<p>rich</p>", subtype="html")
    assert taken(both)[0].text == "plain text"


def test_attachments_have_an_address_a_hash_and_a_size() -> None:
    made = mail()
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="预算.pdf", cid="<c1@orchard.example>")
    made.add_attachment("notes", filename="notes.txt")
    made.add_attachment(mail("inner"))
    pdf, notes, inner = taken(made)[0].attachments
    assert (pdf.uri, pdf.name, pdf.media_type, pdf.size_bytes) == (
        "mid:m2%40orchard.example/c1%40orchard.example", "预算.pdf", "application/pdf", 4,
    )  # fmt: skip
    assert len(str(pdf.sha256)) == 64
    assert (notes.uri, notes.name) == ("mid:m2%40orchard.example", "notes.txt")
    assert inner.media_type == "message/rfc822"


def raw(head: str, body: bytes = b"hello") -> bytes:
    base = "From: a@b.example\r\nDate: Mon, 02 Mar 2026 10:00:00 +0100\r\n"
    return (base + head + "\r\n\r\n").encode() + body


def test_no_charset_stops_a_mail() -> None:
    chinese = "你好，周三见"
    for charset in ("gb2312", "x-unknown", "utf-8", "latin-1", "utf-16", "idna", "base64"):
        message, _ = taken(raw(f"Content-Type: text/plain; charset={charset}", chinese.encode("gb18030")))
        assert message.text or charset != "gb2312"
    assert taken(raw("Content-Type: text/plain; charset=gb2312", chinese.encode("gb18030")))[0].text == chinese
    assert decoded("=?x-unknown?q?caf=C3=A9?= =?utf-8?b?5L2g5aW9?=") == "café你好"
    assert decoded("=?utf-8?b?a?=")
    assert in_charset(b"\xff", None) == "\ufffd"


def test_broken_mime_is_read_as_far_as_it_goes() -> None:
    assert taken(raw("Content-Type: multipart/mixed"))[0].text == ""
    assert taken(raw("Content-Type: text/plain\r\nContent-Transfer-Encoding: base64", b"!!!"))[0].conversation.kind
    named = "Content-Type: text/plain; name*=bogus-charset''%ff.txt\r\nContent-Disposition: attachment; filename*=\"x"
    assert len(taken(raw(named))[0].attachments) == 1
    unnamed = "Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=idna''%ff"
    assert taken(raw(unnamed))[0].attachments[0].name == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"From": None}, "From"), ({"From": "nobody"}, "From"), ({"Date": None}, "Date"), ({"Date": "soon"}, "Date")],
)
def test_a_mail_needs_an_author_and_a_time(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadRecord) as caught:
        taken(mail(**changes))
    assert caught.value.field == field


def test_the_first_server_stands_in_for_a_missing_date() -> None:
    message, _ = taken(mail(Date=None, Received="from a by b; Mon, 02 Mar 2026 09:30:00 -0000"))
    assert message.sent_at.hour == 9


@pytest.mark.parametrize("data", [b"", b"no header", 3, {"a": 1}])
def test_what_is_no_mail_is_refused(data: object) -> None:
    with pytest.raises(BadRecord) as caught:
        read("mail.rfc822", data)
    assert caught.value.field == "data_base64"


def test_mail_nested_without_end_is_refused_or_read() -> None:
    parts = "".join(f'--b{n}\r\nContent-Type: multipart/mixed; boundary="b{n + 1}"\r\n\r\n' for n in range(3000))
    with pytest.raises(BadRecord):
        taken(raw('Content-Type: multipart/mixed; boundary="b0"', parts.encode()))


def test_machines_are_bots() -> None:
    assert taken(mail(From="no-reply@shop.example"))[0].author.kind is IdentityKind.BOT
    assert taken(mail(Auto_Submitted="auto-replied"))[0].author.kind is IdentityKind.BOT
    assert taken(mail())[0].author.kind is IdentityKind.PERSON


def test_sender_stands_in_for_an_unreadable_from() -> None:
    assert taken(mail(From="nobody", Sender="a@b.example"))[0].author.id == "a@b.example"


def test_text_given_as_text_is_mail_too() -> None:
    assert read("mail.rfc822", mail().as_string()).records


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Fine.\n\nOn Mon, 2 Mar 2026 at 10:00, Bo <bo@x.example> wrote:\n> old", "Fine."),
        ("Fine.\n\nOn Mon, 2 Mar 2026 at 10:00, Bo Keller\n<bo@x.example> wrote:\n> old", "Fine."),
        ("好的。\n\n在 2026年3月2日，小倩 <xq@x.example> 写道：\n> 旧", "好的。"),
        ("好的。\n\n------------------ 原始邮件 ------------------\n发件人: 小倩", "好的。"),
        ("Yes\n\nFrom: Bo\nSent: Monday\nTo: Mara\nSubject: x\n\nold", "Yes"),
        ("见附件\n\n发件人：小倩\n发送时间：2026年3月2日\n收件人：Mara\n\n旧", "见附件"),
        ("Hi\n> quoted\nanswer inline", "Hi\nanswer inline"),
        ("Text\n-- \nMara Lind\n+351 21 000", "Text"),
        ("Text\n\nBest regards,\nMara", "Text"),
        ("内容\n\n谢谢！\n小倩", "内容"),
        ("Text\n\nSent from my phone", "Text"),
        ("Hi,\nThanks, I will send it today.\nMore.", "Hi,\nThanks, I will send it today.\nMore."),
        ("Text\nBest regards, Mara Lind\nOrchard", "Text"),
        ("- one\n- two\n- three", "- one\n- two\n- three"),
        ("Thanks\n" + "line\n" * 12, "Thanks\n" + ("line\n" * 12).strip()),
        ("> only quoted", ""),
        ("--\nonly a signature", "--\nonly a signature"),
    ],
)  # fmt: skip
def test_only_what_was_written_for_this_mail_stays(given: str, wanted: str) -> None:
    assert reply_of(given) == wanted
