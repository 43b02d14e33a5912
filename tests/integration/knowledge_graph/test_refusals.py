"""Bad parameters, things that are not there, and what the interface says of itself."""

from typing import Any

import pytest

from tests.integration.knowledge_graph.door import Door

pytestmark = pytest.mark.integration


BAD = [
    ("/v1/facts", {"as_of": "2026-03-02T09:00:00"}, "as_of"),
    ("/v1/facts", {"as_of": "yesterday"}, "as_of"),
    ("/v1/facts", {"limit": 0}, "limit"),
    ("/v1/facts", {"cursor": "nonsense!"}, "cursor"),
    ("/v1/facts", {"cursor": "W10"}, "cursor"),
    ("/v1/facts", {"cursor": "WyJhIiwgImIiXQ"}, "cursor"),
    ("/v1/facts", {"cursor": "WyIyMDI2LTAxLTAxIiwgImIiXQ"}, "cursor"),
    ("/v1/facts", {"subject": "a\x00"}, "subject"),
    ("/v1/search", {}, "q"),
    ("/v1/search", {"q": ""}, "q"),
    ("/v1/search", {"q": "x" * 1001}, "q"),
    ("/v1/entities", {"limit": "many"}, "limit"),
    ("/v1/entities/a%00b", {}, "entity_id"),
    ("/v1/entities/x", {"as_of": "2026-03-02T09:00:00"}, "as_of"),
    ("/v1/conversations", {"cursor": "x"}, "cursor"),
]


@pytest.mark.parametrize(("path", "parameters", "field"), BAD)
def test_bad_parameters_are_refused_by_name(door: Door, path: str, parameters: dict[str, Any], field: str) -> None:
    answer = door.ask(path, **parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refusal_is_worded_as_in_the_other_services(door: Door) -> None:
    refused = door.ask("/v1/conversations", limit=0).json()
    assert (refused["field"], refused["detail"]) == ("limit", "limit: Input should be greater than or equal to 1")


@pytest.mark.parametrize(
    "path", ["/v1/messages/x", "/v1/entities/x", "/v1/neighbours/x", "/v1/conversations/a/b", "/v2"]
)
def test_what_is_not_there_is_not_found(door: Door, path: str) -> None:
    answer = door.ask(path)
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


def test_openapi_describes_every_door(door: Door) -> None:
    paths = door.client.get("/openapi.json").json()["paths"]
    assert {path for path in paths if path.startswith("/v1")} == {
        "/v1/conversations", "/v1/conversations/{conversation_id}", "/v1/messages/{message_id}", "/v1/entities",
        "/v1/entities/{entity_id}", "/v1/neighbours/{entity_id}", "/v1/facts", "/v1/search",
    }  # fmt: skip
    assert all(door["get"]["security"] for path, door in paths.items())
