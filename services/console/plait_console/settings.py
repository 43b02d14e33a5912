"""What the ``plait`` command must know to reach the services."""

from pydantic import Field, SecretStr

from plait_shared.errors import Misconfigured
from plait_shared.settings import ServiceSettings


class ConsoleSettings(ServiceSettings):
    """What the ``plait`` command needs to reach the services; nothing of it is needed by every command."""

    ingest_url: str = Field("", description="Where events are sent.")
    graph_url: str = Field("", description="Where the knowledge graph answers.")
    notification_url: str = Field("", description="Where alerts and digests are read.")
    api_key: SecretStr = Field(SecretStr(""), description="Key for sending events.")
    token_secret: SecretStr = Field(SecretStr(""), description="Secret that signs tokens of a local stack.")
    token: SecretStr = Field(SecretStr(""), description="A ready bearer token, instead of one signed here.")
    github_secret: SecretStr = Field(SecretStr(""), description="Secret that signs GitHub's webhooks.")
    slack_secret: SecretStr = Field(SecretStr(""), description="Secret that signs Slack's events.")
    workspace: str = Field("local", description="Workspace that tokens are made for.")

    def need(self, field: str) -> str:
        """The value of a setting; raises Misconfigured with what to do when it is not known."""
        found = getattr(self, field)
        value = found.get_secret_value() if isinstance(found, SecretStr) else str(found)
        known = field in self.model_fields_set
        if not value or not known:
            raise Misconfigured(f"no stack is running here: start one with `plait up`, or set PLAIT_{field.upper()}")
        return value
