"""What the ``plait`` command must know to reach the services."""

from pydantic import Field

from plait_shared.errors import Misconfigured
from plait_shared.settings import ServiceSettings


class ConsoleSettings(ServiceSettings):
    """What the ``plait`` command needs to reach the services; nothing of it is needed by every command."""

    ingest_url: str = Field("", description="Where events are sent.")
    graph_url: str = Field("", description="Where the knowledge graph answers.")
    notification_url: str = Field("", description="Where alerts and digests are read.")
    api_key: str = Field("", description="Key for sending events.")
    token_secret: str = Field("", description="Secret that signs tokens of a local stack.")
    token: str = Field("", description="A ready bearer token, instead of one signed here.")
    github_secret: str = Field("", description="Secret that signs GitHub's webhooks.")
    workspace: str = Field("local", description="Workspace that tokens are made for.")

    def need(self, field: str) -> str:
        """The value of a setting; raises Misconfigured with what to do when it is not known."""
        value = str(getattr(self, field))
        known = field in self.model_fields_set
        if not value or not known:
            raise Misconfigured(f"no stack is running here: start one with `plait up`, or set PLAIT_{field.upper()}")
        return value
