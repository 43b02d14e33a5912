"""Settings of the knowledge graph."""

from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field, SecretStr

from plait_shared.auth import AuthSettings


@dataclass(frozen=True, slots=True)
class SettleRules:
    """When a conversation asks for its summary; all in event time.

    ``patience``: how long a quiet conversation waits for messages that are not enriched yet.
    """

    quiet_after: timedelta
    patience: timedelta
    min_messages: int
    max_messages: int


class GraphSettings(AuthSettings):
    """Read once in ``__main__``."""

    database_url: SecretStr = Field(
        ..., description="PostgreSQL with pgvector: postgresql://user:password@host:port/name."
    )
    database_connections: int = Field(8, gt=0, description="Most connections of one replica, readers included.")
    read_timeout_s: float = Field(5.0, gt=0, description="A question that takes PostgreSQL longer is given up.")
    embedding_dimensions: int = Field(
        384, gt=0, description="Size of the vectors; others are not stored. See migrations."
    )
    quiet_after_s: float = Field(1800.0, gt=0, description="Without a change for this long, a conversation is settled.")
    settle_every_s: float = Field(
        5.0, gt=0, description="With nothing to read, look for settled conversations so often."
    )
    summary_min_messages: int = Field(2, gt=0, description="Conversations with fewer messages need no summary.")
    summary_max_messages: int = Field(
        500, gt=0, description="Of a longer conversation, the latest go into the request."
    )
    embed_timeout_s: float = Field(2.0, gt=0, description="Longest wait for a question's vector; then text alone.")
    embed_cache_size: int = Field(256, gt=0, description="Vectors of recent questions kept in memory.")

    @property
    def settle_rules(self) -> SettleRules:
        """The settings of settling, as the rules want them."""
        quiet = timedelta(seconds=self.quiet_after_s)
        return SettleRules(quiet, quiet * 4, self.summary_min_messages, self.summary_max_messages)
