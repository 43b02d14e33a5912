"""Rows in PostgreSQL's text form, a column at a time: value by value it takes a third of a batch's time."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

SEPARATOR = "\x00"
"""No text that PostgreSQL stores holds it, see `guards`."""
NUMBERS = {int, float, bool}
COPY_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def columns(rows: Sequence[NamedTuple]) -> dict[str, str]:
    """Rows as one array a column, for ``unnest``; ``rows`` is not empty."""
    return dict(zip(rows[0]._fields, map(array, zip(*rows, strict=True)), strict=True))


def keyed(keys: Iterable[tuple[str, ...]], *names: str) -> dict[str, str]:
    """Keys as one array a column, sorted."""
    ordered = sorted(keys)
    return {name: array([key[i] for key in ordered]) for i, name in enumerate(names)}


def array(values: Sequence[object]) -> str:
    """An array."""
    texts = _texts(values)
    if texts is not None:
        escaped = texts.replace("\\", "\\\\").replace('"', '\\"')
        return '{"' + escaped.replace(SEPARATOR, '","') + '"}'
    return "{" + ",".join(_each(values, _quoted, "NULL")) + "}"


def lines(rows: Sequence[NamedTuple]) -> str:
    """Rows as ``COPY`` reads them; ``rows`` is not empty."""
    return "\n".join(map("\t".join, zip(*map(_fields, zip(*rows, strict=True)), strict=True))) + "\n"


def _fields(values: Sequence[object]) -> Sequence[str]:
    texts = _texts(values)
    return _escaped(texts).split(SEPARATOR) if texts is not None else _each(values, _escaped, "\\N")


def _texts(values: Sequence[object]) -> str | None:
    """A column of texts as one, so that all of them are escaped at once; None for anything else."""
    texts = [value for value in values if type(value) is str]
    if not texts or len(texts) < len(values):
        return None
    joined = SEPARATOR.join(texts)
    return joined if joined.count(SEPARATOR) == len(texts) - 1 else None


def _each(values: Sequence[object], escape: Callable[[str], str], null: str) -> list[str]:
    kinds = set(map(type, values))
    if kinds <= NUMBERS:
        return [*map(str, values)]
    return [_one(value, escape, null) for value in values]


def _one(value: object, escape: Callable[[str], str], null: str) -> str:
    match value:
        case None:
            return null
        case str():
            return escape(value)
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def _escaped(text: str) -> str:
    for character, escape in COPY_ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
