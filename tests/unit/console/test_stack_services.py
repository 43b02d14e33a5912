"""What each service is told, by `plait up` and by docker-compose.yml: what it needs, and no other's secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from plait_console.stack.part import Part
from plait_console.stack.ports import choose_ports
from plait_console.stack.secrets import load_secrets
from plait_console.stack.services import SERVICES, all_parts
from plait_console.stack.settings import Layout, StackSettings
from plait_inference.settings import InferenceSettings
from plait_ingest.settings import IngestSettings
from plait_knowledge_graph.settings import GraphSettings
from plait_notification.settings import NotificationSettings
from plait_shared.settings import ServiceSettings

STREAM = {"PLAIT_KAFKA_BOOTSTRAP", "PLAIT_REGISTRY_URL"}
ADDRESS = STREAM | {"PLAIT_HTTP_HOST", "PLAIT_HTTP_PORT"}
OIDC = {"PLAIT_OIDC_JWKS_URL", "PLAIT_OIDC_ISSUER"}
MAIL = {"PLAIT_SMTP_HOST", "PLAIT_SMTP_PORT", "PLAIT_SMTP_USER", "PLAIT_SMTP_PASSWORD", "PLAIT_MAIL_FROM"}
OWN = {
    "ingest": {"PLAIT_API_KEYS", "PLAIT_GITHUB_SECRETS", "PLAIT_SLACK_SECRETS"},
    "inference": set[str](),
    "knowledge_graph": {"PLAIT_TOKEN_SECRET", "PLAIT_DATABASE_URL"},
    "notification": {"PLAIT_TOKEN_SECRET", "PLAIT_WEBHOOK_SECRET", "PLAIT_WEBHOOK_ALLOW_PRIVATE"},
}
MORE: Mapping[str, set[str]] = {"knowledge_graph": OIDC, "notification": OIDC | MAIL}
SETTINGS: Mapping[str, type[ServiceSettings]] = {
    "ingest": IngestSettings,
    "inference": InferenceSettings,
    "knowledge_graph": GraphSettings,
    "notification": NotificationSettings,
}


@pytest.fixture
def parts(tmp_path: Path) -> dict[str, Part]:
    settings, ports = StackSettings(home=tmp_path), choose_ports({}, {}, usual=False)
    return {part.name: part for part in all_parts(settings, ports, load_secrets(Layout(tmp_path).secrets))}


def test_every_service_is_told_where_everything_is(parts: dict[str, Part]) -> None:
    assert list(parts) == ["postgres", "kafka", "registry", "init", *(service.name for service in SERVICES)]
    graph = parts["knowledge_graph"]
    assert graph.env["PLAIT_KAFKA_BOOTSTRAP"] == parts["kafka"].address
    assert graph.env["PLAIT_REGISTRY_URL"] == parts["registry"].address
    assert graph.env["PLAIT_DATABASE_URL"] == parts["postgres"].address
    assert graph.address == f"http://127.0.0.1:{graph.env['PLAIT_HTTP_PORT']}"


@pytest.mark.parametrize("name", OWN)
def test_a_service_is_told_its_own_secrets_alone(parts: dict[str, Part], name: str) -> None:
    assert set(parts[name].env) == ADDRESS | OWN[name]
    assert set(parts["init"].env) == STREAM


def compose() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))["services"]
    return services


@pytest.mark.parametrize("name", OWN)
def test_the_containers_are_told_the_same(name: str) -> None:
    assert set(compose()[name]["environment"]) == STREAM | OWN[name] | MORE.get(name, set())


@pytest.mark.parametrize("name", OWN)
def test_what_is_left_empty_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    told = compose()[name]["environment"]
    given = {variable: "" if str(value).startswith("${") else str(value) for variable, value in told.items()}
    fields = SETTINGS[name].model_fields
    assert all(variable.removeprefix("PLAIT_").lower() in fields for variable in given)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    found = SETTINGS[name].load()
    left = {variable.removeprefix("PLAIT_").lower() for variable, value in given.items() if not value}
    assert not left & found.model_fields_set
