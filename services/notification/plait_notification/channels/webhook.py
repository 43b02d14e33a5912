"""Webhooks as standardwebhooks.com says: signed, with an id that stays the same over all attempts.

The address is resolved once and that very address is connected to, so that a name can't be moved to a private
address between the check and the connection. Redirects are not followed; the answer's body is not read.
"""

import json
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import ip_address

import httpx
from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from plait_notification.delivery import Answer, Verdict
from plait_notification.settings import NotificationSettings
from plait_schemas.records import Alert, Delivery
from plait_shared.errors import Misconfigured
from plait_shared.settings import revealed

Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Addresses of a host name; raises OSError when there are none."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class WebhookDoor:
    """Posts alerts to URLs."""

    def __init__(self, settings: NotificationSettings, client: httpx.Client, resolver: Resolve = resolve) -> None:
        self._signer = _signer(revealed(settings.webhook_secret))
        self._allow_private = settings.webhook_allow_private
        self._client = client
        self._resolve = resolver

    def send(self, delivery: Delivery, alert: Alert, now: datetime) -> Answer:
        """One attempt; 410 Gone and an address that is not allowed are final, anything else may be tried again."""
        if self._signer is None:
            return Answer(Verdict.REFUSED, "webhooks are off: PLAIT_WEBHOOK_SECRET is not set")
        try:
            url = httpx.URL(delivery.address)
            refusal, connect_to = self._check(url)
            if refusal is not None:
                return Answer(Verdict.REFUSED, refusal)
            return self._post(url, connect_to, self._request(delivery, alert, now))
        except (httpx.InvalidURL, UnicodeError) as exc:
            return Answer(Verdict.REFUSED, f"not a web address: {exc}")
        except (httpx.HTTPError, OSError) as exc:
            return Answer(Verdict.FAILED, f"{type(exc).__name__}: {exc}")

    def _check(self, url: httpx.URL) -> tuple[str | None, str]:
        if url.scheme not in ("http", "https") or not url.host:
            return "only http and https addresses are used", ""
        found = self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        if not found:
            raise OSError(f"{url.host} has no address")
        if not self._allow_private and not all(ip_address(each.partition("%")[0]).is_global for each in found):
            return f"{url.host} is a private address: PLAIT_WEBHOOK_ALLOW_PRIVATE is not set", ""
        return None, found[0]

    def _request(self, delivery: Delivery, alert: Alert, now: datetime) -> tuple[bytes, dict[str, str]]:
        assert self._signer is not None
        body = json.dumps(payload(alert), ensure_ascii=False, separators=(",", ":"))
        return body.encode(), {
            "content-type": "application/json",
            "webhook-id": delivery.delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(delivery.delivery_id, now, body),
        }

    def _post(self, url: httpx.URL, connect_to: str, request: tuple[bytes, dict[str, str]]) -> Answer:
        body, headers = request
        headers = {**headers, "host": url.netloc.decode("ascii")}
        target = url.copy_with(host=connect_to)
        extensions = {"sni_hostname": url.host}
        with self._client.stream("POST", target, content=body, headers=headers, extensions=extensions) as answer:
            detail = f"HTTP {answer.status_code}"
            if answer.is_success:
                return Answer(Verdict.SENT, detail)
            gone = answer.status_code == httpx.codes.GONE
            return Answer(Verdict.REFUSED if gone else Verdict.FAILED, detail)


def payload(alert: Alert) -> dict[str, object]:
    """What a receiver gets: type, time and data."""
    data = alert.to_avro()
    data |= {"not_before": alert.not_before.isoformat(), "occurred_at": alert.occurred_at.isoformat()}
    return {"type": "collab.alert.v1", "timestamp": alert.occurred_at.isoformat(), "data": data}


def _signer(secret: str | None) -> Webhook | None:
    if not secret:
        return None
    try:
        return Webhook(secret)
    except (ValueError, EmptyWebhookSecretError) as exc:
        raise Misconfigured("PLAIT_WEBHOOK_SECRET must be `whsec_` and base64, e.g. of 32 random bytes") from exc
