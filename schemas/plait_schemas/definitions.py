"""Avro schemas as data: the current ones, and every released one.

``avro/00-types.avsc`` holds the types that several records share; the other files hold one record each.
What is registered, released and published is always self-contained: shared types stand in full at their first use.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

Schema = Any
PACKAGE = files("plait_schemas")
PRIMITIVES = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}


@cache
def shared_types() -> dict[str, Schema]:
    """Shared named types by full name, in the order of ``00-types.avsc``."""
    return {f"{t['namespace']}.{t['name']}": t for t in source("00-types")}


@cache
def current(name: str) -> Schema:
    """The current schema in file ``avro/<name>.avsc``, self-contained."""
    return expand(source(name))


@cache
def source(name: str) -> Schema:
    """The schema file ``avro/<name>.avsc`` as it was written, shared types by name."""
    return json.loads(PACKAGE.joinpath(f"avro/{name}.avsc").read_text("utf-8"))


def released(topic: str) -> list[Schema]:
    """Every released schema of a topic, oldest first; they never change."""
    folder = PACKAGE.joinpath("released", topic)
    if not folder.is_dir():
        return []
    paths = sorted(folder.iterdir(), key=lambda path: int(path.name.split(".")[0]))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def expand(schema: Schema) -> Schema:
    """Replace the first use of each shared type by its definition; later uses stay names."""
    return _expand(schema, {})


def _expand(node: Schema, seen: dict[str, bool]) -> Schema:
    if isinstance(node, str):
        return _expand_name(node, seen)
    if isinstance(node, list):
        return [_expand(branch, seen) for branch in node]
    kind = node["type"]
    if kind == "array":
        return {**node, "items": _expand(node["items"], seen)}
    if kind == "map":
        return {**node, "values": _expand(node["values"], seen)}
    if kind in ("record", "enum"):
        seen[f"{node.get('namespace', 'plait')}.{node['name']}"] = True
    if kind == "record":
        fields = [{**f, "type": _expand(f["type"], seen)} for f in node["fields"]]
        return {**node, "fields": fields}
    return dict(node)


def _expand_name(name: str, seen: dict[str, bool]) -> Schema:
    if name in PRIMITIVES or name in seen:
        return name
    if name in shared_types():
        return _expand(shared_types()[name], seen)
    if name in message_types():
        return _expand(message_types()[name], seen)
    raise ValueError(f"unknown Avro type {name!r}")


@cache
def message_types() -> dict[str, Schema]:
    """The types of ``10-message.avsc``, which later records embed."""
    return {f"plait.{t['name']}": t for t in named_types(source("10-message"))}


def named_types(node: Schema) -> Iterator[Schema]:
    """Records and enums defined inside a schema, inner ones first."""
    if isinstance(node, list):
        for branch in node:
            yield from named_types(branch)
    elif isinstance(node, dict):
        for inner in ("items", "values"):
            if inner in node:
                yield from named_types(node[inner])
        for field in node.get("fields", []):
            yield from named_types(field["type"])
        if node["type"] in ("record", "enum"):
            yield node
