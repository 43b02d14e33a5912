"""OpenAPI documents of the services, into ``docs/reference``. ``--check`` fails when one has drifted."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import yaml
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from plait_ingest import http as ingest
from plait_knowledge_graph.api.app import application as graph
from plait_notification import http as notification
from plait_notification.settings import NotificationSettings
from plait_shared.metrics import Metrics

HERE = Path(__file__).parent / "reference"
ABSENT = cast(Any, None)  # a description needs no database, broker or key


def apps() -> dict[str, FastAPI]:
    """The services' applications, good for their description alone."""
    doors = notification.Doors(
        cast(Any, _Blank()), ABSENT, ABSENT, ABSENT, lambda: datetime.now(UTC), NotificationSettings()
    )
    return {
        "ingest": ingest.create_app(cast(Any, _Blank()), {}, CollectorRegistry()),
        "knowledge-graph": graph(ABSENT, ABSENT, ABSENT, [], "0.1.0"),
        "notification": notification.application(doors, {}, Metrics.create()),
    }


class _Blank:
    """Has every attribute, and nothing in it."""

    def __getattr__(self, name: str) -> None:
        return None


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    drifted = []
    for name, app in apps().items():
        path = HERE / f"openapi-{name}.yaml"
        text = yaml.safe_dump(app.openapi(), sort_keys=False, allow_unicode=True, width=120)
        if arguments == ["--check"]:
            drifted += [path.name] if not path.exists() or path.read_text("utf-8") != text else []
        else:
            path.write_text(text, "utf-8")
    for name in drifted:
        sys.stderr.write(f"docs/reference/{name} is not what the service says: run `make docs`\n")
    return 1 if drifted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
