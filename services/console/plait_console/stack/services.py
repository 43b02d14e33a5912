"""The table of Plait's own services, and of everything else that ``plait up`` starts."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from plait_console.stack.artefacts import artefacts
from plait_console.stack.kafka import kafka_part
from plait_console.stack.part import Part
from plait_console.stack.ports import HOST
from plait_console.stack.postgres import dsn, postgres_part
from plait_console.stack.probes import http_ok
from plait_console.stack.registry import registry_part, registry_url
from plait_console.stack.secrets import StackSecrets
from plait_console.stack.settings import Layout, StackSettings

WORKSPACE = "local"
"""The workspace of a local stack's key and secrets."""
INFRASTRUCTURE = ("postgres", "kafka", "registry")


@dataclass(frozen=True)
class Service:
    """One row: ``python -m <module>`` with its name's port; ``/readyz`` says when it is ready."""

    name: str
    module: str
    needs: tuple[str, ...] = ("init",)


SERVICES = (
    Service("ingest", "plait_ingest"),
    Service("inference", "plait_inference"),
    Service("knowledge_graph", "plait_knowledge_graph", needs=("init", "postgres")),
    Service("notification", "plait_notification"),
)


def all_parts(settings: StackSettings, ports: Mapping[str, int], secrets: StackSecrets) -> tuple[Part, ...]:
    """Everything, infrastructure first; ``init`` makes the topics and registers the schemas before any service."""
    jars = artefacts(settings.parts_cache)
    infrastructure = (
        postgres_part(settings, ports, secrets),
        kafka_part(settings, ports, secrets, jars),
        registry_part(settings, ports, secrets, jars),
    )
    stream = {"PLAIT_KAFKA_BOOTSTRAP": f"{HOST}:{ports['kafka']}", "PLAIT_REGISTRY_URL": registry_url(ports)}
    init = Part(
        name="init",
        kind="task",
        command=(sys.executable, "-m", "plait_console", "init"),
        cwd=Layout(settings.home).data("init"),
        env=stream,
        depends_on=("kafka", "registry"),
    )
    own = own_env(ports, secrets)
    services = (service_part(service, settings, ports, {**stream, **own[service.name]}) for service in SERVICES)
    return (*infrastructure, init, *services)


def own_env(ports: Mapping[str, int], secrets: StackSecrets) -> dict[str, dict[str, str]]:
    """What each service alone is told, so that none holds another's secrets; the names are those of its settings."""
    return {
        "ingest": {
            "PLAIT_API_KEYS": f"{WORKSPACE}:{secrets.api_key}",
            "PLAIT_GITHUB_SECRETS": f"{WORKSPACE}:{secrets.github_secret}",
            "PLAIT_SLACK_SECRETS": f"{WORKSPACE}:{secrets.slack_secret}",
        },
        "inference": {},
        "knowledge_graph": {"PLAIT_TOKEN_SECRET": secrets.token_secret, "PLAIT_DATABASE_URL": dsn(ports, secrets)},
        "notification": {
            "PLAIT_TOKEN_SECRET": secrets.token_secret,
            "PLAIT_WEBHOOK_SECRET": secrets.webhook_secret,
            "PLAIT_WEBHOOK_ALLOW_PRIVATE": "true",
        },
    }


def service_part(service: Service, settings: StackSettings, ports: Mapping[str, int], told: Mapping[str, str]) -> Part:
    """One service as a part. Its working folder is its own, for what it may write there."""
    port = ports[service.name]
    url = f"http://{HOST}:{port}"
    return Part(
        name=service.name,
        kind="service",
        command=(sys.executable, "-m", service.module),
        cwd=Layout(settings.home).data(service.name),
        address=url,
        env={**told, "PLAIT_HTTP_HOST": HOST, "PLAIT_HTTP_PORT": str(port)},
        depends_on=service.needs,
        ready=http_ok(f"{url}/readyz"),
        start_tries=3,  # a part that it needs may be on its way back
    )
