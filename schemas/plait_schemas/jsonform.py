"""Records as plain JSON for people and pipes: times in RFC 3339, bytes in base64, enums as their symbols."""

import base64
import dataclasses
import types
import typing
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """What ``json.dumps`` can write of a record or of anything inside one."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value) if isinstance(value, StrEnum) else value


def from_json(kind: type[T], data: Any) -> T:
    """The record that `to_json` wrote; raises KeyError, TypeError or ValueError for anything else."""
    return typing.cast(T, _read(kind, data))


def _read(kind: Any, data: Any) -> Any:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value) for name, value in data.items()})
    if isinstance(kind, types.UnionType):
        (branch,) = [arm for arm in typing.get_args(kind) if arm is not types.NoneType]
        return None if data is None else _read(branch, data)
    if typing.get_origin(kind) is tuple:
        return tuple(_read(typing.get_args(kind)[0], item) for item in data)
    return _read_scalar(kind, data)


def _read_scalar(kind: Any, data: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is bytes:
        return base64.b64decode(data, validate=True)
    return kind(data) if isinstance(kind, type) and issubclass(kind, StrEnum) else data


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
