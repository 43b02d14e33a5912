"""What goes to the terminal: data to standard output, words about it to standard error."""

import base64
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH, PAGE_WIDTH = 100_000, 100
SPACE = re.compile(r"[\n\t\r]")


def out() -> Console:
    """Standard output. In a pipe a line is as long as it is."""
    return _console(None if sys.stdout.isatty() else PIPE_WIDTH)


def page() -> Console:
    """Standard output for text that is laid out to a width, in a pipe too."""
    return _console(None if sys.stdout.isatty() else PAGE_WIDTH)


def _console(width: int | None) -> Console:
    """What people said is shown as they said it: nothing in it is markup."""
    return Console(width=width, soft_wrap=width == PIPE_WIDTH, markup=False, emoji=False, highlight=False)


def err() -> Console:
    """Standard error; as in `out`, nothing is markup."""
    return Console(stderr=True, markup=False, emoji=False, highlight=False)


def plain(value: object) -> Any:
    """A record as JSON has it: instants in ISO 8601, bytes as text or, when they are none, in base64."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, str | bytes):
            return [plain(item) for item in value]
        case bytes():
            return text_of(value)
        case datetime():
            return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def text_of(value: bytes) -> str:
    """Bytes as a person can read them."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(value).decode()
    shown = all(part.isprintable() for part in SPACE.split(text))
    return text if shown else "base64:" + base64.b64encode(value).decode()


def print_json(value: object, *, indent: int | None = 2) -> None:
    """JSON to standard output, whole and uncoloured."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=indent) + "\n")
    sys.stdout.flush()


def table(*columns: str) -> Table:
    """A table without lines."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def complain(error: Exception) -> None:
    """One line that says what is wrong, and below it what to do, when the error knows it."""
    console = err()
    message = str(getattr(error, "message", "") or error).strip().replace("\n", " ")
    console.print(Text.assemble(("plait:", "bold red"), " ", message), soft_wrap=True)
    hint = str(getattr(error, "hint", "") or "")
    if hint:
        console.print(hint, soft_wrap=True, style="dim")
