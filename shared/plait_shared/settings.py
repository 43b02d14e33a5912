"""Settings that every service has, read once from the environment in ``__main__``.

Each service subclasses `ServiceSettings` with its own fields; variables are ``PLAIT_<FIELD>``, durations carry
their unit in the name. Secrets are SecretStr, so that no repr and no log shows them. Nothing reads the environment at
import.
"""

from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from plait_shared.errors import Misconfigured


class ServiceSettings(BaseSettings):
    """What any service needs to join the stream."""

    model_config = SettingsConfigDict(env_prefix="PLAIT_", env_ignore_empty=True, frozen=True, extra="ignore")

    kafka_bootstrap: str = Field("127.0.0.1:9092", description="Kafka brokers, host:port, comma-separated.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: str | None = Field(None, description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.")
    kafka_sasl_username: str | None = Field(None, description="Name at a broker that asks for one.")
    kafka_sasl_password: SecretStr | None = Field(None, description="Its password, or its token.")
    kafka_ssl_cafile: str | None = Field(None, description="PEM file of the authorities that sign the brokers.")
    registry_url: str = Field("http://127.0.0.1:8081", description="Confluent-compatible schema registry.")
    http_host: str = Field("127.0.0.1", description="Address to listen on; loopback unless set.")
    http_port: int = Field(0, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str | None = Field(None, description="OTLP/HTTP collector for spans; none are sent without it.")
    instance_id: str = Field(
        "0", description="Distinguishes replicas; part of static membership and transactional ids."
    )
    poll_timeout_s: float = Field(0.2, gt=0, description="Longest wait for records in one poll.")
    max_poll_records: int = Field(500, gt=0, description="Most records handed to the handler at once.")
    session_timeout_s: float = Field(6.0, gt=0, description="After this long without heartbeat, others take over.")
    max_poll_interval_s: float = Field(300.0, gt=0, description="Longest time for one batch.")
    acknowledge_timeout_s: float = Field(30.0, gt=0, description="Longest wait for the broker to acknowledge a record.")
    drain_timeout_s: float = Field(20.0, gt=0, description="On SIGTERM, what is in flight may take this long.")
    dead_letters_per_minute: int = Field(
        600, gt=0, description="More than this stops the service: something else is wrong."
    )

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Read the environment; raises Misconfigured with one line that names the variable."""
        try:
            return cls.model_validate(overrides) if overrides else cls()
        except ValidationError as exc:
            error = exc.errors()[0]
            name = "PLAIT_" + "_".join(map(str, error["loc"])).upper()
            raise Misconfigured(f"{name}: {error['msg']}") from exc


def revealed(secret: SecretStr | None) -> str | None:
    """A secret's text, for whoever uses it; None when it is not set."""
    return secret.get_secret_value() if secret else None
