"""Named SQL statements, from ``sql/*.sql``: ``-- name: <name>`` begins one; parameters only, never pasted values.

``{visible:<alias>}`` stands for the one condition under which a reader sees a row: its workspace and its audiences.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import LiteralString

NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
VISIBLE = re.compile(r"\{visible:(\w+)\}")
CONDITION = r"(\1.workspace = %(workspace)s AND \1.audience = ANY (%(audiences)s::text[]))"


@cache
def raw() -> Mapping[str, str]:
    """Every statement as written, by name; ValueError when two have the same name."""
    found: dict[str, str] = {}
    for path in sorted(files("plait_knowledge_graph").joinpath("sql").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".sql"):
            _, *parts = NAME.split(path.read_text("utf-8"))
            for name, body in zip(parts[::2], parts[1::2], strict=True):
                if name in found:
                    raise ValueError(f"two SQL statements are named {name}")
                found[name] = body.strip().rstrip(";")
    return found


@cache
def sql(name: str) -> LiteralString:
    """The statement, ready for psycopg; KeyError names an unknown one."""
    return VISIBLE.sub(CONDITION, raw()[name])
