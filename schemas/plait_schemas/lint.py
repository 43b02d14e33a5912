"""What the Avro compatibility checkers miss, and what a reader of the contract needs.

`avro.compatibility` and the registry accept a changed logical type and a default of the wrong type
(Avro 1.12 specification, "Logical Types" and "Complex Types": a default has the JSON form of the first branch).
"""

from collections.abc import Iterator

from plait_schemas import definitions
from plait_schemas.catalogue import Topic
from plait_schemas.definitions import Schema

JSON_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),), "boolean": (bool,), "int": (int,), "long": (int,), "float": (int, float),
    "double": (int, float), "bytes": (str,), "string": (str,), "array": (list,), "map": (dict,), "record": (dict,),
    "enum": (str,),
}  # fmt: skip


def problems(topic: Topic) -> list[str]:
    """Everything wrong with a topic's current schema, alone and beside its releases; empty when all is well."""
    schema = topic.schema
    found = [*described(schema), *defaults(schema)]
    for number, old in enumerate(definitions.released(topic.name), start=1):
        found += [f"release {number}: {change}" for change in logical_changes(old, schema)]
    return found


def described(schema: Schema) -> Iterator[str]:
    """Records, enums and fields without a doc; enums without a default."""
    for named in definitions.named_types(schema):
        name = named["name"]
        if not named.get("doc"):
            yield f"{name} has no doc"
        if named["type"] == "enum" and named.get("default") not in named["symbols"]:
            yield f"enum {name} needs a default among its symbols"
        for field in named.get("fields", []):
            if not field.get("doc"):
                yield f"{name}.{field['name']} has no doc"


def defaults(schema: Schema) -> Iterator[str]:
    """Defaults whose JSON type is not that of the field's first branch."""
    kinds = {f"plait.{t['name']}": t for t in definitions.named_types(schema)}
    for named in definitions.named_types(schema):
        for field in named.get("fields", []):
            if "default" in field and not _fits(field["default"], field["type"], kinds):
                yield f"{named['name']}.{field['name']}: default {field['default']!r} does not fit its type"


def _fits(value: object, type_: Schema, kinds: dict[str, Schema]) -> bool:
    first = type_[0] if isinstance(type_, list) else type_
    first = kinds.get(first, first) if isinstance(first, str) else first
    if isinstance(first, dict) and first["type"] == "enum":
        return value in first["symbols"]
    name = first if isinstance(first, str) else first["type"]
    if isinstance(value, bool) and name != "boolean":
        return False
    return isinstance(value, JSON_TYPES[name])


def logical_changes(old: Schema, new: Schema) -> Iterator[str]:
    """Fields whose logical type differs between two schemas."""
    before, after = dict(_logical(old)), dict(_logical(new))
    for path in before.keys() & after.keys():
        if before[path] != after[path]:
            yield f"{path}: logical type {before[path]} became {after[path]}"


def _logical(schema: Schema) -> Iterator[tuple[str, str | None]]:
    for named in definitions.named_types(schema):
        for field in named.get("fields", []):
            branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
            for branch in branches:
                if branch == "null":
                    continue
                logical = branch.get("logicalType") if isinstance(branch, dict) else None
                yield f"{named['name']}.{field['name']}", logical
