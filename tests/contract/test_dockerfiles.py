"""The services' images are made alike: each Dockerfile stands alone, and what they have in common is the same."""

import re
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
PATTERN = "ingest"


def lines(service: str) -> list[str]:
    """The instructions, without the service's name, comments and the time that a start may take."""
    text = (SERVICES / service / "Dockerfile").read_text(encoding="utf-8").replace(service, "SERVICE")
    instructions = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [re.sub(r"--start-period=\d+s", "--start-period=…", line) for line in instructions]


@pytest.mark.parametrize("service", ["knowledge_graph", "notification"])
def test_plain_services_differ_by_their_name_alone(service: str) -> None:
    assert lines(service) == lines(PATTERN)


def test_inference_has_everything_that_the_others_have_and_its_trunk() -> None:
    own = iter(lines("inference"))
    assert [line for line in lines(PATTERN) if line not in own] == []


def test_the_console_is_built_alike_and_runs_as_the_same_user() -> None:
    pattern = lines(PATTERN)
    shared = [*pattern[: pattern.index("ENV PATH=/opt/plait/bin:$PATH \\")], "USER plait", "WORKDIR /var/lib/plait"]
    own = iter(lines("console"))
    assert [line for line in shared if line not in own] == []


def test_every_service_has_one() -> None:
    folders = {folder.name for folder in SERVICES.iterdir() if (folder / "pyproject.toml").exists()}
    assert folders == {PATTERN, "console", "inference", "knowledge_graph", "notification"}
    assert all((SERVICES / folder / "Dockerfile").exists() for folder in folders)
