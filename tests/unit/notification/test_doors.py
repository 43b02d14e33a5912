"""Webhooks and mail: signed, safe and honest about how it went."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from plait_notification.channels.email import EmailDoor
from plait_notification.channels.webhook import WebhookDoor, resolve
from plait_notification.delivery import Verdict, plan
from plait_notification.settings import NotificationSettings
from plait_schemas.records import Alert, ChannelKind, Delivery
from plait_shared.errors import Misconfigured
from tests.unit.notification.world import BO, TEXTS, World, door, enriched, profile

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime.now(UTC)
Receiver = Callable[[httpx.Request], httpx.Response]


def planned(kind: ChannelKind, address: str, text: str = "Bo?") -> tuple[Delivery, Alert]:
    person = profile("bo", BO, channels=(door(kind, address),))
    [alert] = World(person, enriched(1, text, "question", mentions=(BO,))).alerts
    return plan(alert, person)[1], alert


def hook(receiver: Receiver, found: str = "93.184.215.14", **settings: object) -> WebhookDoor:
    made = NotificationSettings.model_validate({"webhook_secret": SECRET, **settings})
    client = httpx.Client(transport=httpx.MockTransport(receiver))
    return WebhookDoor(made, client, lambda host, port: [found] if found else [])


def test_a_webhook_is_signed_and_carries_its_idempotency_key() -> None:
    seen: list[httpx.Request] = []

    def receiver(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    delivery, alert = planned(ChannelKind.WEBHOOK, "https://hooks.example:8443/a?b=c")
    answer = hook(receiver).send(delivery, alert, datetime.now(UTC))  # the library that verifies has its own clock
    assert (answer.verdict, answer.detail) == (Verdict.SENT, "HTTP 204")
    [request] = seen
    body = Webhook(SECRET).verify(request.content, dict(request.headers))
    assert request.headers["webhook-id"] == delivery.delivery_id
    assert (body["type"], body["data"]["id"], body["data"]["title"]) == ("collab.alert.v1", alert.id, alert.title)
    assert (request.url.host, request.headers["host"]) == ("93.184.215.14", "hooks.example:8443")
    assert request.extensions["sni_hostname"] == "hooks.example"
    assert request.url.raw_path == b"/a?b=c"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (410, Verdict.REFUSED),
        (500, Verdict.FAILED),
        (429, Verdict.FAILED),
        (404, Verdict.FAILED),
        (302, Verdict.FAILED),
    ],
)
def test_only_gone_is_final(status: int, verdict: Verdict) -> None:
    answer = hook(lambda request: httpx.Response(status)).send(*planned(ChannelKind.WEBHOOK, "https://h.example"), NOW)
    assert (answer.verdict, answer.detail) == (verdict, f"HTTP {status}")


def test_a_receiver_that_is_away_may_come_back() -> None:
    def receiver(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("too slow")

    job = planned(ChannelKind.WEBHOOK, "https://h.example")
    assert hook(receiver).send(*job, NOW).detail == "ConnectTimeout: too slow"
    assert hook(receiver, found="").send(*job, NOW).verdict is Verdict.FAILED


@pytest.mark.parametrize(
    "address", ["ftp://h.example", "file:///etc/passwd", "javascript:x", "https://", "h", "https://[::x"]
)
def test_other_schemes_and_no_addresses_are_refused(address: str) -> None:
    answer = hook(lambda request: httpx.Response(204)).send(*planned(ChannelKind.WEBHOOK, address), NOW)
    assert answer.verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    "found", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%eth0", "0.0.0.0"]
)
def test_private_addresses_need_a_setting(found: str) -> None:
    job = planned(ChannelKind.WEBHOOK, "http://inside.example")
    refused = hook(lambda request: httpx.Response(204), found).send(*job, NOW)
    assert refused.verdict is Verdict.REFUSED
    assert "private" in refused.detail
    allowed = hook(lambda request: httpx.Response(204), found.partition("%")[0], webhook_allow_private=True)
    assert allowed.send(*job, NOW).verdict is Verdict.SENT


def test_the_secret_is_needed_and_must_be_one() -> None:
    job = planned(ChannelKind.WEBHOOK, "https://h.example")
    assert "PLAIT_WEBHOOK_SECRET" in hook(lambda r: httpx.Response(204), webhook_secret=None).send(*job, NOW).detail
    for secret in ("whsec_", "whsec_x"):
        with pytest.raises(Misconfigured, match="PLAIT_WEBHOOK_SECRET"):
            hook(lambda r: httpx.Response(204), webhook_secret=secret)


def test_names_are_resolved() -> None:
    assert "127.0.0.1" in resolve("127.0.0.1", 80)


class Server:
    """Stands in for a connection; ``fault`` is raised when the mail is sent."""

    fault: Exception | None = None
    got: EmailMessage
    steps: tuple[str, ...] = ()

    def __init__(self, host: str, port: int, timeout: float) -> None:
        Server.steps = (host,)

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *args: object) -> None:
        Server.steps += ("quit",)

    def starttls(self, *, context: object = None) -> tuple[int, bytes]:
        Server.steps += ("tls",)
        return 220, b""

    def login(self, user: str, password: str, **more: object) -> tuple[int, bytes]:
        Server.steps += (f"{user}:{password}",)
        return 235, b""

    def send_message(self, message: EmailMessage, *args: object, **more: object) -> dict[str, tuple[int, bytes]]:
        if Server.fault is not None:
            raise Server.fault
        Server.got = message
        return {}


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> EmailDoor:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(Server, "fault", None)
    settings = {
        "smtp_host": "mail.example",
        "smtp_user": "u",
        "smtp_password": "p",
        "mail_from": "plait@orchard.example",
    }
    return EmailDoor(NotificationSettings.model_validate(settings), TEXTS)


def test_a_mail_has_text_and_escaped_html_and_a_lasting_id(mail: EmailDoor) -> None:
    delivery, alert = planned(ChannelKind.EMAIL, "bo@orchard.example", "<b>Bo</b> & *co*?")
    assert mail.send(delivery, alert, NOW).verdict is Verdict.SENT
    assert Server.steps == ("mail.example", "tls", "u:p", "quit")
    assert Server.got["Message-ID"] == f"<{delivery.delivery_id}@orchard.example>"
    assert Server.got["To"] == "bo@orchard.example"
    text, html = (part.get_content() for part in Server.got.iter_parts())
    assert "> <b>Bo</b> & *co*?" in text
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp; *co*?" in html
    assert "<b>" not in html


def test_no_header_can_be_smuggled_in(mail: EmailDoor) -> None:
    delivery, alert = planned(ChannelKind.EMAIL, "bo@orchard.example\r\nBcc: x@evil.example")
    assert mail.send(delivery, alert, NOW).verdict is Verdict.REFUSED
    assert mail.send(*planned(ChannelKind.EMAIL, ""), NOW).verdict is Verdict.REFUSED
    assert mail.send(*planned(ChannelKind.EMAIL, "nobody"), NOW).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (smtplib.SMTPRecipientsRefused({"bo": (550, b"no such user")}), Verdict.REFUSED),
        (smtplib.SMTPRecipientsRefused({"bo": (450, b"busy")}), Verdict.FAILED),
        (smtplib.SMTPDataError(554, "spam"), Verdict.REFUSED),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), Verdict.FAILED),
        (smtplib.SMTPServerDisconnected("gone"), Verdict.FAILED),
        (ConnectionRefusedError("closed"), Verdict.FAILED),
    ],
)
def test_what_the_mail_server_says_decides(mail: EmailDoor, fault: Exception, verdict: Verdict) -> None:
    Server.fault = fault
    assert mail.send(*planned(ChannelKind.EMAIL, "bo@orchard.example"), NOW).verdict is verdict


def test_without_a_server_the_door_is_closed() -> None:
    answer = EmailDoor(NotificationSettings.model_validate({}), TEXTS).send(
        *planned(ChannelKind.EMAIL, "a@b.example"), NOW
    )
    assert (answer.verdict, "PLAIT_SMTP_HOST" in answer.detail) == (Verdict.REFUSED, True)
