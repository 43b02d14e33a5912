"""Settings of ingest: who may send, how much at once."""

from collections.abc import Mapping

from pydantic import Field, SecretStr

from plait_shared.errors import Misconfigured
from plait_shared.settings import ServiceSettings

SHORTEST_API_KEY = 16


class IngestSettings(ServiceSettings):
    """Secrets are `workspace:secret`, comma-separated; a workspace may have several, so that one can be changed."""

    api_keys: SecretStr = Field(SecretStr(""), description="API keys, `workspace:key`, each at least 16 characters.")
    github_secrets: SecretStr = Field(SecretStr(""), description="Webhook secrets of GitHub, `workspace:secret`.")
    slack_secrets: SecretStr = Field(SecretStr(""), description="Signing secrets of Slack apps, `workspace:secret`.")
    max_body_bytes: int = Field(1024 * 1024, gt=0, description="Longest request body.")
    max_batch_events: int = Field(1000, gt=0, description="Most events in one request.")
    body_timeout_s: float = Field(30.0, gt=0, description="A request's body has to arrive within this time.")
    max_in_flight_requests: int = Field(64, gt=0, description="Requests worked on at once; more are told to come back.")
    max_in_flight_events: int = Field(5000, gt=0, description="Events worked on at once; more are told to come back.")
    events_per_s: float = Field(2000.0, gt=0, description="Events a second that a workspace may send for long.")
    burst_events: int = Field(10_000, gt=0, description="Events that a workspace may send at once after a pause.")
    recent_ids: int = Field(200_000, gt=0, description="Event ids remembered, so that a repeat isn't written again.")
    acknowledge_timeout_s: float = Field(
        8.0, gt=0, description="After this long without Kafka's word, a tool is told 503."
    )
    deliver_timeout_s: float = Field(
        120.0, gt=0, description="So long Kafka is tried behind that 503; a repeat waits for the same write."
    )
    max_pending_bytes: int = Field(
        64 * 1024 * 1024, gt=0, description="Bytes that may wait for Kafka; more events are told to come back."
    )
    connect_retry_s: float = Field(
        1.0, gt=0, description="Pause between attempts to reach Kafka and registry at start."
    )


def secrets_of(value: SecretStr, variable: str, shortest: int = 1) -> Mapping[str, str]:
    """Secret → workspace; raises Misconfigured, without the secret, when an entry can't be read."""
    found: dict[str, str] = {}
    for number, entry in enumerate(filter(None, map(str.strip, value.get_secret_value().split(","))), start=1):
        workspace, separator, secret = (part.strip() for part in entry.partition(":"))
        if not workspace or not separator or len(secret) < shortest:
            raise Misconfigured(
                f"{variable}: entry {number} must be `workspace:secret`, with at least {shortest} characters of secret"
            )
        if found.setdefault(secret, workspace) != workspace:
            raise Misconfigured(f"{variable}: entry {number} repeats the secret of another workspace")
    return found
