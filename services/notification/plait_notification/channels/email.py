"""E-mail over SMTP: plain text and HTML. The Message-ID derives from the delivery, so that a second copy is known."""

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from plait_notification.delivery import Answer, Verdict
from plait_notification.settings import NotificationSettings
from plait_notification.texts import Texts, one_line, plain
from plait_schemas.records import Alert, Delivery
from plait_shared.settings import revealed


class EmailDoor:
    """Sends alerts by mail; closed unless a mail server is set."""

    def __init__(self, settings: NotificationSettings, texts: Texts) -> None:
        self._settings = settings
        self._texts = texts

    def send(self, delivery: Delivery, alert: Alert, now: datetime) -> Answer:
        """One attempt; a refusal by the server (5xx) is final."""
        host = self._settings.smtp_host
        if not host:
            return Answer(Verdict.REFUSED, "e-mail is off: PLAIT_SMTP_HOST is not set")
        try:
            message = self._message(delivery, alert, now)
        except (ValueError, IndexError) as exc:
            return Answer(Verdict.REFUSED, f"not an e-mail address: {exc}")
        try:
            self._send(host, message)
        except smtplib.SMTPRecipientsRefused as exc:
            code, text = next(iter(exc.recipients.values()))
            return _refused(code, text)
        except smtplib.SMTPResponseException as exc:
            return _refused(exc.smtp_code, exc.smtp_error)
        except (smtplib.SMTPException, OSError) as exc:
            return Answer(Verdict.FAILED, f"{type(exc).__name__}: {exc}")
        return Answer(Verdict.SENT, f"accepted by {host}")

    def _message(self, delivery: Delivery, alert: Alert, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["Subject"] = one_line(alert.title)
        message["From"] = Address(display_name="Plait", addr_spec=self._settings.mail_from)
        message["To"] = Address(addr_spec=delivery.address)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{delivery.delivery_id}@{self._settings.mail_from.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = alert.language
        message.set_content(plain(alert.body) + "\n")
        message.add_alternative(self._texts.html(alert.title, alert.body, alert.language), subtype="html")
        return message

    def _send(self, host: str, message: EmailMessage) -> None:
        settings = self._settings
        with smtplib.SMTP(host, settings.smtp_port, timeout=settings.smtp_timeout_s) as server:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, revealed(settings.smtp_password) or "")
            server.send_message(message)


def _refused(code: int, text: bytes | str) -> Answer:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    login = code in (530, 534, 535)
    return Answer(Verdict.REFUSED if code >= 500 and not login else Verdict.FAILED, f"SMTP {code} {words}")
