"""Raw records as the catalogue's records, through the registry; one that does not decode is no error here."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from plait_console.settings import ConsoleSettings
from plait_schemas.records import Record
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.registry import HttpRegistry, Registry


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A record whose bytes say nothing that is known, and why."""

    raw: RawRecord
    cause: str


class Reader:
    """Decodes what is read from topics. Raises Retryable when the registry is away."""

    def __init__(self, settings: ConsoleSettings, registry: Registry | None = None) -> None:
        self._registry = HttpRegistry(settings.need("registry_url")) if registry is None else registry
        self._codec = Codec(self._registry, "console")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        if isinstance(self._registry, HttpRegistry):
            self._registry.close()

    def read(self, raw: RawRecord) -> Record | Undecodable:
        """The record, or why there is none."""
        try:
            return self._codec.decode(raw).record
        except BadRecord as exc:
            return Undecodable(raw, str(exc))
