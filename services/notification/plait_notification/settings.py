"""Settings of the notification service; variables are ``PLAIT_<FIELD>``."""

from pydantic import Field, SecretStr

from plait_shared.auth import AuthSettings


class NotificationSettings(AuthSettings):
    """How people are told; the rules' own thresholds stand beside the rules."""

    group: str = Field("plait-notification", description="Consumer group; also the transactional id that fences twins.")
    webhook_secret: SecretStr | None = Field(
        None, description="`whsec_` and base64; signs webhooks, none goes out without."
    )
    webhook_timeout_s: float = Field(10.0, gt=0, description="Longest wait for a receiver's answer.")
    webhook_allow_private: bool = Field(False, description="Allow private addresses: on a local stack only.")
    smtp_host: str | None = Field(None, description="Mail server; without it the e-mail door is closed.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_user: str | None = Field(None, description="Name at the mail server; without it nobody logs in.")
    smtp_password: SecretStr | None = Field(None, description="Its password.")
    smtp_starttls: bool = Field(True, description="Encrypt; turn off only for a server on this machine.")
    smtp_timeout_s: float = Field(15.0, gt=0, description="Longest wait for the mail server.")
    mail_from: str = Field("plait@localhost", description="Sender's address.")
    delivery_attempts: int = Field(11, gt=0, description="Attempts before a delivery is given up: for over two hours.")
    delivery_threads: int = Field(8, gt=0, description="Doors used at the same time.")
    delivery_batch: int = Field(64, gt=0, description="Deliveries taken up at once; the others wait in the log.")
    breaker_failures: int = Field(5, gt=0, description="Failures in a row after which an address rests.")
    breaker_rest_s: float = Field(60.0, gt=0, description="How long it rests.")
    stream_ring: int = Field(1000, gt=0, description="Alerts a person in memory; older ones are read from Kafka.")
    stream_heartbeat_s: float = Field(15.0, gt=0, description="A comment this often keeps proxies patient.")
    stream_send_timeout_s: float = Field(30.0, gt=0, description="A client that reads nothing for so long is let go.")
    stream_max_s: float = Field(3600.0, gt=0, description="Then a stream ends, and its token is checked again.")
    topic_replication_factor: int = Field(
        1, gt=0, description="Copies of the topics that the windows make for themselves."
    )
    windows: bool = Field(True, description="Watch for surges with Faust.")
