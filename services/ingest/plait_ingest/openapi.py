"""What ``POST /v1/events`` takes, for the OpenAPI document: the models, since the door reads the raw body."""

from typing import Any

from plait_ingest.events import BATCH, JSON, STRUCTURED
from plait_ingest.model import MessageIn

_REF = "#/$defs/"


def _inline(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its references written out; our models do not refer to themselves."""
    if isinstance(schema, list):
        return [_inline(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        rest = {name: value for name, value in schema.items() if name != "$ref"}
        return {**_inline(definitions[schema["$ref"].removeprefix(_REF)], definitions), **_inline(rest, definitions)}
    return {name: _inline(value, definitions) for name, value in schema.items() if name != "$defs"}


def _message() -> Any:
    schema = MessageIn.model_json_schema(mode="validation")
    return _inline(schema, schema.get("$defs", {}))


_EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["specversion", "id", "source", "type"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1},
        "type": {"type": "string", "minLength": 1},
        "time": {"type": "string", "format": "date-time"},
        "data": {},
        "data_base64": {"type": "string", "contentEncoding": "base64"},
    },
}


def _body() -> dict[str, Any]:
    message = _message()
    return {
        JSON: {"schema": {"oneOf": [message, {"type": "array", "items": message, "minItems": 1}]}},
        STRUCTURED: {"schema": _EVENT},
        BATCH: {"schema": {"type": "array", "items": _EVENT, "minItems": 1}},
    }


EVENTS_BODY: dict[str, Any] = {"requestBody": {"required": True, "content": _body()}}
