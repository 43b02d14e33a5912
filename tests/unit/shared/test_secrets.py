"""No secret shows in what a service says about itself, and everyone who needs one gets its text."""

import logging

import pytest
import structlog
from pydantic import SecretStr

from plait_console.settings import ConsoleSettings
from plait_console.stack.secrets import StackSecrets
from plait_inference.settings import InferenceSettings
from plait_ingest.settings import IngestSettings
from plait_knowledge_graph.settings import GraphSettings
from plait_notification.settings import NotificationSettings
from plait_shared import log
from plait_shared.kafka import connection
from plait_shared.settings import ServiceSettings, revealed

SECRET = "opensesame-opensesame-opensesame-42"
SECRETS = {
    "kafka_sasl_password": SECRET, "token_secret": SECRET, "webhook_secret": SECRET, "smtp_password": SECRET,
    "database_url": f"postgresql://plait:{SECRET}@127.0.0.1/plait", "api_keys": f"orchard:{SECRET}",
    "github_secrets": f"orchard:{SECRET}", "slack_secrets": f"orchard:{SECRET}", "api_key": SECRET, "token": SECRET,
    "github_secret": SECRET,
}  # fmt: skip
ALL = [ConsoleSettings, GraphSettings, InferenceSettings, IngestSettings, NotificationSettings]


@pytest.fixture
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"PLAIT_{name.upper()}", value)
    made: ServiceSettings = request.param.load()
    return made


@pytest.mark.parametrize("settings", ALL, indirect=True)
def test_settings_show_no_secret(settings: ServiceSettings) -> None:
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())
    assert connection(settings)["sasl_plain_password"] == SECRET


@pytest.mark.parametrize("settings", [NotificationSettings], indirect=True)
@pytest.mark.parametrize("log_format", ["console", "json"])
def test_logs_show_no_secret(settings: ServiceSettings, log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    log.configure(settings.model_copy(update={"log_format": log_format}), "test")
    structlog.get_logger().info("starting", settings=settings)
    password = revealed(SecretStr(SECRET))
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("a.library").exception("failed with %s", settings)
    said = capsys.readouterr().err
    assert "starting" in said
    assert "ValueError: broken" in said
    assert password is not None
    assert password not in said


def test_the_stack_shows_no_secret() -> None:
    secrets = StackSecrets()
    assert secrets.api_key not in repr(secrets)
    assert secrets.webhook_secret not in repr(secrets)
    assert secrets.api_key in secrets.model_dump_json()


def test_an_empty_secret_is_none() -> None:
    assert revealed(None) is None
    assert revealed(SecretStr("")) is None
