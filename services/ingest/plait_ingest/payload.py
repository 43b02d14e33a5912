"""Reading what other tools send: typed looks into JSON, each refusal with the path of the field."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from plait_shared.errors import BadRecord

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST_S = 32_503_680_000  # the year 3000
_SECONDS = re.compile(r"(\d{1,11})(?:\.(\d{1,6}))?")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
LONGEST_ID = 512


class Node:
    """One JSON object of a payload; ``path`` says where it stands. Missing and null are the same."""

    def __init__(self, data: object, path: str = "") -> None:
        if not isinstance(data, dict):
            raise BadRecord(f"{path or 'the body'}: must be an object", field=path or None)
        self._data: dict[str, object] = data
        self.path = path

    def __contains__(self, name: str) -> bool:
        return self._data.get(name) is not None

    def node(self, name: str) -> Node:
        """The object of this name; refused when there is none."""
        return Node(self._data.get(name), self._at(name))

    def maybe(self, name: str) -> Node:
        """The object of this name, empty when there is none."""
        return self.node(name) if name in self else Node({}, self._at(name))

    def nodes(self, name: str) -> list[Node]:
        """The objects of a list, empty when there is none."""
        value = self._data.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "must be a list")
        return [Node(item, f"{self._at(name)}[{index}]") for index, item in enumerate(value)]

    def text(self, name: str) -> str:
        """A text, empty when there is none."""
        value = self._data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(name, "must be a text")
        return value

    def id(self, name: str) -> str:
        """An identifier, text or number; refused when there is none or when it can't be one."""
        value = self._data.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            raise self.wrong(name, "is needed, a text or a number")
        found = str(value)
        if len(found) > LONGEST_ID or _UNWRITABLE.search(found):
            raise self.wrong(name, "is too long or holds control characters")
        return found

    def flag(self, name: str) -> bool:
        """Whether this is true."""
        return self._data.get(name) is True

    def size(self, name: str) -> int | None:
        """A size in bytes, None when there is none."""
        value = self._data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None

    def url(self, name: str) -> str | None:
        """An http address, None when there is none or when it is something else."""
        value = self._data.get(name)
        return value if isinstance(value, str) and re.fullmatch(r"https?://\S{1,2040}", value) else None

    def time(self, name: str) -> datetime:
        """A time in ISO 8601 with an offset or in seconds since 1970, as number or text; refused when it is neither."""
        value = self._data.get(name)
        if isinstance(value, str) and not _SECONDS.fullmatch(value):
            try:
                moment = datetime.fromisoformat(value)
            except ValueError as exc:
                raise self.wrong(name, "must be a time") from exc
            if moment.tzinfo is None or moment < EPOCH:
                raise self.wrong(name, "must be a time with an offset, not before 1970")
            return moment.astimezone(UTC)
        return self._seconds(name, value)

    def wrong(self, name: str, what: str) -> BadRecord:
        """The refusal of one field."""
        return BadRecord(f"{self._at(name)}: {what}", field=self._at(name))

    def _seconds(self, name: str, value: object) -> datetime:
        match = _SECONDS.fullmatch(str(value)) if not isinstance(value, bool) else None
        if match is None or int(match[1]) > LATEST_S:
            raise self.wrong(name, "must be a time")
        return EPOCH + timedelta(seconds=int(match[1]), microseconds=int((match[2] or "").ljust(6, "0")))

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name
