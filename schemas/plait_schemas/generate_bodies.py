"""Write what follows from the schemas: ``bodies.py``, which writes and reads the Avro body of every record."""

import re
from collections.abc import Sequence

from plait_schemas import definitions
from plait_schemas.definitions import Schema
from plait_schemas.generate import annotation, branch_of, kind_of, named

HEADER = '''"""Avro bodies of all records. Generated from avro/*.avsc by ``python -m plait_schemas build``."""

from collections.abc import Callable, Mapping
from typing import Any

from plait_schemas import records, wire
'''
PRIMITIVES = {
    "boolean": "boolean", "int": "long", "long": "long", "double": "double", "bytes": "octets", "string": "text",
    "timestamp-micros": "time",
}  # fmt: skip


def bodies_source(schema_names: Sequence[str]) -> str:
    """Python source: two functions for each record, and two tables of those for the records of the topics."""
    types, kinds = named(schema_names)
    enums = [f"{_symbols(t)} = wire.Symbols(records.{t['name']})" for t in types.values() if t["type"] == "enum"]
    blocks = [_record(t, kinds) for t in types.values() if t["type"] == "record"]
    topics = [definitions.source(name) for name in schema_names]
    tables = ["WRITERS: Mapping[str, Callable[[Any], bytes]] = {"]
    tables += [f'    "{t["name"]}": _write_{_snake(t)},' for t in topics]
    tables += ["}", "READERS: Mapping[str, Callable[[wire.Body], records.Record]] = {"]
    tables += [f'    "{t["name"]}": _read_{_snake(t)},' for t in topics]
    return "\n\n\n".join([HEADER + "\n" + "\n".join(enums), *blocks, "\n".join([*tables, "}\n"])])


def _record(schema: Schema, kinds: dict[str, str]) -> str:
    name, snake, fields = schema["name"], _snake(schema), schema["fields"]
    lines = [f"def _write_{snake}(it: records.{name}) -> bytes:", '    return b"".join(', "        ("]
    lines += [f"            {_write(f['type'], 'it.' + f['name'], kinds)}," for f in fields]
    lines += ["        )", "    )", "", "", f"_{name} = wire.unguarded(records.{name})", "", ""]
    lines += [f"def _read_{snake}(body: wire.Body) -> records.{name}:", f"    it: Any = _{name}()"]
    lines += [f"    it.{f['name']} = {_read(f['type'], kinds)}" for f in fields]
    lines += [f"    it.__class__ = records.{name}", f"    made: records.{name} = it", "    return made"]
    return "\n".join(lines)


def _write(type_: Schema, value: str, kinds: dict[str, str]) -> str:
    match kind_of(type_, kinds):
        case "record":
            return f"_write_{_snake(type_)}({value})"
        case "enum":
            return f"{_symbols(type_)}.written[{value}]"
        case "array" | "map":
            return _write_many(type_, value, kinds)
        case "union":
            return f'b"\\0" if {value} is None else b"\\2" + {_write(branch_of(type_), value, kinds)}'
    return f"wire.{_primitive(type_)}({value})"


def _write_many(type_: Schema, value: str, kinds: dict[str, str]) -> str:
    if type_.get("items") == "float":
        return f"wire.floats({value})"
    if type_["type"] == "array":
        return f"wire.block([{_write(type_['items'], 'item', kinds)} for item in {value}])"
    item = _write(type_["values"], "item", kinds)
    return f"wire.block([wire.text(key) + {item} for key, item in {value}.items()])"


def _read(type_: Schema, kinds: dict[str, str]) -> str:
    match kind_of(type_, kinds):
        case "record":
            return f"_read_{_snake(type_)}(body)"
        case "enum":
            return f"{_symbols(type_)}.members[body.long()]"
        case "array" | "map":
            return _read_many(type_, kinds)
        case "union":
            return f"{_read(branch_of(type_), kinds)} if body.present() else None"
    return f"body.{_primitive(type_)}()"


def _read_many(type_: Schema, kinds: dict[str, str]) -> str:
    if type_.get("items") == "float":
        return "body.floats()"
    if type_["type"] == "map":
        return f"dict(body.items(lambda body: (body.text(), {_read(type_['values'], kinds)})))"
    if kind_of(type_["items"], kinds) == "record":
        return f"tuple(body.items(_read_{_snake(type_['items'])}))"
    return f"tuple(body.items(lambda body: {_read(type_['items'], kinds)}))"


def _primitive(type_: Schema) -> str:
    return PRIMITIVES[type_ if isinstance(type_, str) else type_.get("logicalType", type_["type"])]


def _snake(type_: Schema) -> str:
    return re.sub("(?<=[a-z])(?=[A-Z])", "_", annotation(type_)).lower()


def _symbols(type_: Schema) -> str:
    return f"_{_snake(type_).upper()}"
