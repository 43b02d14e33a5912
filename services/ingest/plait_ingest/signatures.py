"""Who sent a request: API keys and the signatures of webhooks, compared in constant time."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from plait_shared.auth import Unauthorized

SLACK_WINDOW = timedelta(minutes=5)
NEEDS_KEY = "an API key is needed: `Authorization: Bearer KEY` or `X-API-Key: KEY`"


def workspace_of_key(headers: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """The workspace of an API key; raises Unauthorized. Header names in lower case."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    given = token.strip() if scheme.lower() == "bearer" else headers.get("x-api-key", "")
    if not given:
        raise Unauthorized(NEEDS_KEY)
    return _workspace(keys, lambda key: hmac.compare_digest(key.encode(), given.encode("utf-8", "replace")), "API key")


def workspace_of_github(headers: Mapping[str, str], body: bytes, secrets: Mapping[str, str]) -> str:
    """The workspace whose secret signed this body, as ``X-Hub-Signature-256`` says."""
    given = headers.get("x-hub-signature-256", "").encode("utf-8", "replace")
    if not given:
        raise Unauthorized("X-Hub-Signature-256 is missing: set a secret on the webhook")
    return _workspace(
        secrets, lambda secret: hmac.compare_digest(b"sha256=" + _hex(secret, body), given), "X-Hub-Signature-256"
    )


def workspace_of_slack(headers: Mapping[str, str], body: bytes, secrets: Mapping[str, str], now: datetime) -> str:
    """The workspace whose signing secret made ``X-Slack-Signature``, no more than five minutes ago."""
    stamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not given or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise Unauthorized("X-Slack-Signature and X-Slack-Request-Timestamp are needed")
    if abs(now.timestamp() - int(stamp)) > SLACK_WINDOW.total_seconds():
        raise Unauthorized("X-Slack-Request-Timestamp lies more than five minutes off: a replay, or a wrong clock")
    base, signature = b"v0:" + stamp.encode() + b":" + body, given.encode("utf-8", "replace")
    return _workspace(
        secrets, lambda secret: hmac.compare_digest(b"v0=" + _hex(secret, base), signature), "X-Slack-Signature"
    )


def _hex(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest().encode()


def _workspace(secrets: Mapping[str, str], matches: Callable[[str], bool], what: str) -> str:
    found = [workspace for secret, workspace in secrets.items() if matches(secret)]
    if not found:
        raise Unauthorized(f"the {what} is not known here")
    return found[0]
