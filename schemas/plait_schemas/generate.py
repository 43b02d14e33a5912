"""Write what follows from the schemas: ``records.py``. Run ``python -m plait_schemas build`` after an edit."""

from collections.abc import Sequence

from plait_schemas import definitions
from plait_schemas.definitions import Schema

HEADER = '''"""Records of every topic. Generated from avro/*.avsc by ``python -m plait_schemas build``; never edited."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
'''
SCALARS = {
    "boolean": "bool", "int": "int", "long": "int", "float": "float",
    "double": "float", "bytes": "bytes", "string": "str", "null": "None",
}  # fmt: skip


def records_source(schema_names: Sequence[str]) -> str:
    """Python source of all records: shared types first, then each topic's."""
    types, kinds = named(schema_names)
    blocks = [_enum(t) if t["type"] == "enum" else _record(t, kinds) for t in types.values()]
    union = "\n    | ".join(definitions.source(name)["name"] for name in schema_names)
    tail = f"Record = (\n    {union}\n)\n"
    return HEADER + "\n\n" + "\n\n\n".join(blocks) + "\n\n\n" + tail


def named(schema_names: Sequence[str]) -> tuple[dict[str, Schema], dict[str, str]]:
    """Every named type by full name, inner ones first, and which of them are records and which enums."""
    types = dict(definitions.shared_types())
    for name in schema_names:
        types.update({f"plait.{t['name']}": t for t in definitions.named_types(definitions.source(name))})
    return types, {full: t["type"] for full, t in types.items()}


def _enum(schema: Schema) -> str:
    lines = [f"class {schema['name']}(StrEnum):", f'    """{schema["doc"]}"""', ""]
    return "\n".join(lines + [f'    {s.upper()} = "{s}"' for s in schema["symbols"]])


def _record(schema: Schema, kinds: dict[str, str]) -> str:
    fields = schema["fields"]
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True)", f"class {schema['name']}:", f'    """{schema["doc"]}']
    lines += ["", *(f"    {f['name']}: {f['doc']}" for f in fields), '    """', ""]
    lines += [f'    AVRO_NAME: ClassVar[str] = "{schema["name"]}"', ""]
    lines += [f"    {f['name']}: {annotation(f['type'])}{_default(f, kinds)}" for f in fields]
    lines += [
        "",
        "    def to_avro(self) -> dict[str, Any]:",
        '        """As fastavro writes it."""',
        "        return {",
    ]
    lines += [f'            "{f["name"]}": {_encode(f["type"], "self." + f["name"], kinds)},' for f in fields]
    lines += ["        }", "", "    @classmethod", "    def from_avro(cls, data: dict[str, Any]) -> Self:"]
    lines += ['        """From what fastavro read."""', "        return cls("]
    lines += [f"            {f['name']}={_decode(f['type'], _item(f['name']), kinds)}," for f in fields]
    return "\n".join([*lines, "        )"])


def _item(name: str) -> str:
    return f'data["{name}"]'


def annotation(type_: Schema) -> str:
    """The Python type of a value."""
    if isinstance(type_, list):
        return " | ".join(annotation(t) for t in sorted(type_, key=lambda t: t == "null"))
    if isinstance(type_, str):
        return SCALARS.get(type_, type_.removeprefix("plait."))
    match type_["type"]:
        case "array":
            return f"tuple[{annotation(type_['items'])}, ...]"
        case "map":
            return f"dict[str, {annotation(type_['values'])}]"
        case "record" | "enum":
            return str(type_["name"])
    return "datetime" if type_.get("logicalType") == "timestamp-micros" else annotation(type_["type"])


def _default(field: Schema, kinds: dict[str, str]) -> str:
    if "default" not in field:
        return ""
    value, kind = field["default"], kind_of(field["type"], kinds)
    if kind == "enum":
        return f" = {annotation(field['type'])}.{value.upper()}"
    if kind == "map":
        return " = field(default_factory=dict)"
    if isinstance(value, str):
        return f' = "{value}"'
    return " = ()" if value == [] else f" = {value!r}"


def kind_of(type_: Schema, kinds: dict[str, str]) -> str:
    """union, array, map, record, enum or scalar."""
    if isinstance(type_, list):
        return "union"
    if isinstance(type_, str):
        return kinds.get(type_, "scalar")
    return str(type_["type"]) if type_["type"] in ("array", "map", "record", "enum") else "scalar"


def branch_of(type_: Schema) -> Schema:
    """What a union holds when it does not hold null."""
    (branch,) = [t for t in type_ if t != "null"]
    return branch


def _encode(type_: Schema, value: str, kinds: dict[str, str]) -> str:
    match kind_of(type_, kinds):
        case "record":
            return f"{value}.to_avro()"
        case "array" if kind_of(type_["items"], kinds) == "record":
            return f"[item.to_avro() for item in {value}]"
        case "union" if kind_of(branch_of(type_), kinds) == "record":
            return f"None if {value} is None else {value}.to_avro()"
    return value


def _decode(type_: Schema, value: str, kinds: dict[str, str]) -> str:
    match kind_of(type_, kinds):
        case "record":
            return f"{annotation(type_)}.from_avro({value})"
        case "enum":
            return f"{annotation(type_)}({value})"
        case "array" if kind_of(type_["items"], kinds) == "record":
            return f"tuple([{annotation(type_['items'])}.from_avro(item) for item in {value}])"
        case "array":
            return f"tuple({value})"
        case "union" if kind_of(branch_of(type_), kinds) == "record":
            return f"None if {value} is None else {annotation(branch_of(type_))}.from_avro({value})"
    return value
