"""The reference page of all settings, from their classes, into ``docs/reference``; ``--check`` fails on drift."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from plait_console.settings import ConsoleSettings
from plait_console.stack.settings import StackSettings
from plait_inference.settings import InferenceSettings
from plait_ingest.settings import IngestSettings
from plait_knowledge_graph.settings import GraphSettings
from plait_notification.settings import NotificationSettings
from plait_shared.auth import AuthSettings
from plait_shared.settings import ServiceSettings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "settings.md"
NAME = re.compile(r"\bPLAIT_[A-Z0-9_]+")
INTRODUCTION = """\
# Settings

Made from the settings classes by `make docs`. Every setting is an environment variable; an empty one counts as not set,
and a value that can't be read ends the program at its start with one line that names it. Durations are in seconds
(`_S`), sizes in bytes (`_BYTES`). `plait up` sets what the services of a local stack need; the other variables of its
environment reach them too. `docker compose` takes one more, `PLAIT_DATABASE_PASSWORD`, for its own PostgreSQL.
"""
ELSEWHERE = {"PLAIT_DATABASE_PASSWORD", "PLAIT_TRACK"}
"""Variables that no class of settings reads, but that a page may name."""
SECTIONS: tuple[tuple[str, str, type[BaseSettings]], ...] = (
    ("Every service, and the `plait` command", "", ServiceSettings),
    (
        "Who may read: knowledge graph and notification",
        "One of `PLAIT_TOKEN_SECRET` and `PLAIT_OIDC_JWKS_URL` is needed: nobody reads anonymously. An OIDC issuer's "
        "tokens are JWTs signed with RS256 or ES256; they have the audience `plait`, the person's id in `sub` and the "
        "workspace in a claim `workspace`.",
        AuthSettings,
    ),
    ("Ingest", "", IngestSettings),
    ("Inference", "", InferenceSettings),
    ("Knowledge graph", "", GraphSettings),
    ("Notification", "", NotificationSettings),
    ("The `plait` command", "Beside a local stack none of these is needed: the stack says them.", ConsoleSettings),
    ("The local stack", "Read by `plait up`, `plait demo` and their like.", StackSettings),
)


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(line for section in SECTIONS for line in _section(*section))])


def names() -> set[str]:
    """Every variable there is."""
    return ELSEWHERE | {_variable(name) for _, _, settings in SECTIONS for name in settings.model_fields}


def unknown() -> Iterator[str]:
    """Variables that a page for readers names although there are none."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        for name in sorted(set(NAME.findall(path.read_text("utf-8"))) - names()):
            if not name.endswith("_"):  # a family of variables
                yield f"{path.relative_to(ROOT)} names {name}, which is no setting"


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    os.environ.pop("XDG_CACHE_HOME", None)  # defaults are shown as they are without it
    if arguments != ["--check"]:
        PAGE.write_text(page(), "utf-8")
    drifted = not PAGE.exists() or PAGE.read_text("utf-8") != page()
    wrong = ["docs/reference/settings.md is not what the settings say: run `make docs`"] if drifted else []
    wrong += unknown()
    for line in wrong:
        sys.stderr.write(line + "\n")
    return 1 if wrong else 0


def _section(title: str, words: str, settings: type[BaseSettings]) -> Iterator[str]:
    yield f"## {title}\n"
    if words:
        yield words + "\n"
    yield "| variable | default | |"
    yield "|---|---|---|"
    for name, field in settings.model_fields.items():
        if name in settings.__annotations__:
            yield f"| `{_variable(name)}` | {_default(field)} | {_meaning(field)} |"
    yield ""


def _variable(name: str) -> str:
    return f"PLAIT_{name.upper()}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if value in (None, "", {}, PydanticUndefined):
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, float):
        return f"`{value:g}`"
    return f"`{value}`".replace(str(Path.home()), "~")


def _meaning(field: FieldInfo) -> str:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    listed = "One of " + ", ".join(f"`{choice}`" for choice in choices) + "." if choices else ""
    return " ".join(filter(None, (field.description, listed))).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
