"""The stack's passwords and keys: made once, kept in one file of mode 600."""

import base64
import secrets
import uuid
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plait_console.stack.errors import StackError
from plait_console.stack.state import write_private


def _cluster_id() -> str:
    # Kafka's own form of a uuid; one that begins with "-" would read as an option.
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")


def _key(bytes_: int = 32) -> str:
    return secrets.token_hex(bytes_)


def _webhook_key() -> str:
    """A key in the form of the Standard Webhooks specification."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


class StackSecrets(BaseModel):
    """What only this person's parts know."""

    model_config = ConfigDict(frozen=True)

    postgres_password: str = Field(default_factory=_key, repr=False)
    api_key: str = Field(default_factory=_key, repr=False)
    token_secret: str = Field(default_factory=_key, repr=False)
    github_secret: str = Field(default_factory=_key, repr=False)
    slack_secret: str = Field(default_factory=_key, repr=False)
    webhook_secret: str = Field(default_factory=_webhook_key, repr=False)
    kafka_cluster_id: str = Field(default_factory=_cluster_id)


def load_secrets(path: Path) -> StackSecrets:
    """Read them, or make them the first time. Losing the file means losing access to the data."""
    try:
        found = StackSecrets.model_validate_json(path.read_bytes()) if path.exists() else StackSecrets()
        if found.model_fields_set != set(StackSecrets.model_fields):
            write_private(path, found.model_dump_json(indent=1).encode())
        return found
    except ValidationError as exc:
        raise StackError(f"{path} can't be read", "Restore it, or delete the whole folder to begin anew.") from exc
