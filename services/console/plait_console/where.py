"""Where the services are: what the environment says, and for the rest what the running stack says.

Light to import, so that ``plait --help`` is quick.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from plait_shared.errors import Misconfigured

if TYPE_CHECKING:
    from plait_console.settings import ConsoleSettings
    from plait_console.stack.settings import StackSettings
    from plait_console.stack.state import StackStatus

PARTS = {
    "kafka_bootstrap": "kafka",
    "registry_url": "registry",
    "ingest_url": "ingest",
    "graph_url": "knowledge_graph",
    "notification_url": "notification",
}
"""Setting → the part of the local stack whose address it is."""

SECRETS = ("api_key", "token_secret", "github_secret", "slack_secret")
"""Settings that a local stack keeps in its file of secrets, by the same names."""


def stack_settings(home: Path | None = None) -> "StackSettings":
    """Settings of the local stack, with its home where the person says."""
    from pydantic import ValidationError

    from plait_console.stack.settings import StackSettings

    try:
        return StackSettings() if home is None else StackSettings(home=home)
    except ValidationError as exc:
        error = exc.errors()[0]
        raise Misconfigured(f"PLAIT_{'_'.join(map(str, error['loc'])).upper()}: {error['msg']}") from exc


def connect(home: Path | None = None) -> "ConsoleSettings":
    """The environment's settings, completed by those of the stack that runs in this home."""
    from plait_console.settings import ConsoleSettings
    from plait_console.stack.commands import status

    settings = ConsoleSettings.load()
    wanted = {*PARTS, *SECRETS} - settings.model_fields_set
    if not wanted:
        return settings
    stack = stack_settings(home)
    found = status(stack)
    if not found.running:
        return settings
    return ConsoleSettings.load(**{k: v for k, v in _of_stack(found, stack).items() if k in wanted})


def _of_stack(found: "StackStatus", stack: "StackSettings") -> dict[str, str]:
    from plait_console.stack.secrets import load_secrets
    from plait_console.stack.settings import Layout

    addresses = {part.name: part.address for part in found.parts}
    known = {field: addresses[part] for field, part in PARTS.items() if part in addresses}
    layout = Layout(stack.home)
    if layout.secrets.exists() and os.access(layout.secrets, os.R_OK):
        secrets = load_secrets(layout.secrets)
        known |= {name: value for name in SECRETS if (value := getattr(secrets, name, ""))}
    return known
