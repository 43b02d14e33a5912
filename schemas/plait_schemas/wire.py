"""Avro binary of single values, for the generated `plait_schemas.bodies` (Avro 1.12, "Binary Encoding")."""

import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DOUBLE = struct.Struct("<d")
LONGEST = 10  # bytes of a 64-bit varint
SMALL = 1024  # integers below this one are encoded once


def _varint(value: int) -> bytes:
    bits = value << 1 ^ value >> 63
    if bits >> 64:
        raise OverflowError(f"{value} needs more than 64 bits")
    out = bytearray()
    while bits > 127:
        out.append(bits & 127 | 128)
        bits >>= 7
    out.append(bits)
    return bytes(out)


SMALLS = tuple(map(_varint, range(SMALL)))


def long(value: int) -> bytes:
    """Zigzag varint, for an int too; raises OverflowError above 64 bits."""
    return SMALLS[value] if 0 <= value < SMALL else _varint(value)


def boolean(value: bool) -> bytes:
    """One byte."""
    return b"\1" if value else b"\0"


def double(value: float) -> bytes:
    """Eight bytes."""
    return DOUBLE.pack(value)


def octets(value: bytes) -> bytes:
    """The length, then the bytes."""
    size = len(value)
    return (SMALLS[size] if size < SMALL else _varint(size)) + value


def text(value: str) -> bytes:
    """UTF-8 with its length in bytes."""
    data = value.encode()
    size = len(data)
    return (SMALLS[size] if size < SMALL else _varint(size)) + data


def time(value: datetime) -> bytes:
    """Microseconds since 1970; raises TypeError for a time without a zone."""
    since = value - EPOCH
    return long((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def block(items: Sequence[bytes]) -> bytes:
    """An array or a map of these items in one block."""
    return b"".join((long(len(items)), *items, b"\0")) if items else b"\0"


def floats(values: Sequence[float]) -> bytes:
    """An array of floats, packed at once: they lie one behind the other."""
    count = len(values)
    return b"".join((long(count), struct.pack(f"<{count}f", *values), b"\0")) if count else b"\0"


class Symbols(Generic[E]):
    """The symbols of an enum: ``members`` by index, and how each is ``written``."""

    def __init__(self, kind: type[E]) -> None:
        self.members: Mapping[int, E] = dict(enumerate(kind))
        self.written: Mapping[E, bytes] = {member: long(index) for index, member in enumerate(kind)}


def unguarded(kind: Any) -> Any:
    """A class with the slots of a frozen dataclass, but no guard: fill an instance, then set its ``__class__``.

    This takes a sixth of the time of calling the frozen class, which sets every field by ``object.__setattr__``.
    """
    return type(kind.__name__, (), {"__slots__": kind.__slots__})


class Body:
    """An Avro body and how far it has been read.

    What cannot be read raises one of many errors. Who has read everything compares ``at`` with the length: it lies
    beyond the end when the last value was cut short.
    """

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def long(self) -> int:
        """Zigzag varint."""
        at = self.at
        byte = self.data[at]
        if byte < 128:
            self.at = at + 1
            return byte >> 1 ^ -(byte & 1)
        bits = shift = 0
        for byte in self.data[at : at + LONGEST]:
            bits |= (byte & 127) << shift
            shift += 7
            at += 1
            if byte < 128:
                break
        if byte > 127 or bits >> 64:
            raise OverflowError("an integer that does not end, or of more than 64 bits")
        self.at = at
        return bits >> 1 ^ -(bits & 1)

    def boolean(self) -> bool:
        """One byte."""
        self.at += 1
        return self.data[self.at - 1] != 0

    def double(self) -> float:
        """Eight bytes."""
        at = self.at
        self.at = at + 8
        value: float = DOUBLE.unpack_from(self.data, at)[0]
        return value

    def octets(self) -> bytes:
        """The length, then the bytes."""
        size = self.long()
        if size < 0:
            raise ValueError("a length below 0")
        at = self.at
        self.at = end = at + size
        return self.data[at:end]

    def text(self) -> str:
        """UTF-8 with its length in bytes."""
        data, at = self.data, self.at
        size = data[at]
        if size & 0x81:
            return self.octets().decode()
        self.at = end = at + 1 + (size >> 1)
        return data[at + 1 : end].decode()

    def time(self) -> datetime:
        """Microseconds since 1970."""
        return EPOCH + timedelta(0, 0, self.long())

    def present(self) -> bool:
        """The branch of a union of null and something: whether there is something."""
        branch = self.long()
        if branch not in (0, 1):
            raise ValueError(f"a union without branch {branch}")
        return branch == 1

    def items(self, read: Callable[["Body"], T]) -> list[T]:
        """All items of an array or a map."""
        found: list[T] = []
        while count := self.long():
            for _ in range(count if count > 0 else self._sized(count)):
                found.append(read(self))
        return found

    def floats(self) -> tuple[float, ...]:
        """An array of floats, each block at once."""
        found: list[float] = []
        while count := self.long():
            count = count if count > 0 else self._sized(count)
            found += struct.unpack_from(f"<{count}f", self.data, self.at)
            self.at += 4 * count
        return tuple(found)

    def _sized(self, count: int) -> int:
        """A block that says its size in bytes, for who skips it, has its count negated."""
        self.long()
        return -count
