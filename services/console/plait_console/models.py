"""Commands about the model that reads the stream, and what the stream says of the models that read it."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from plait_schemas.records import Control, ControlCommand, Enrichment, Record
from plait_shared.errors import Misconfigured

SERVICE = "inference"
CONTROL = "collab.control.v1"
ENRICHMENTS = "collab.enrichment.v1"


@dataclass(frozen=True, slots=True)
class Seen:
    """A model by what it wrote: so many of the records looked at, the last one written at ``last``."""

    model: str
    revision: str
    records: int
    last: datetime


def activation(artefact: str, revision: str | None, id_: str, now: datetime) -> Control:
    """The command to read with this artefact, and only if it has that revision."""
    arguments = {"artefact": artefact} | ({"revision": revision} if revision else {})
    return _command(ControlCommand.ACTIVATE_MODEL, arguments, id_, now)


def deactivation(id_: str, now: datetime) -> Control:
    """The command to go back to the model of the service's settings."""
    return _command(ControlCommand.DEACTIVATE_MODEL, {}, id_, now)


def as_the_service_knows_it(given: str, here: Path) -> str:
    """A bare name or an absolute path as it is; a path relative to ``here`` made absolute, so it must be there."""
    if os.sep not in given or os.path.isabs(given):
        return given
    folder = (here / given).resolve()
    if not folder.is_dir():
        raise Misconfigured(f"there is no folder {folder}: give the absolute path at which the service finds it")
    return str(folder)


def commands(records: Iterable[Record]) -> list[Control]:
    """The commands for the service, oldest first."""
    return [record for record in records if isinstance(record, Control) and record.service == SERVICE]


def seen(written: Iterable[tuple[Record, int]]) -> list[Seen]:
    """Each model that wrote enrichments, the latest first; records come with the broker's time in milliseconds."""
    found: dict[tuple[str, str], Seen] = {}
    for record, timestamp_ms in written:
        if isinstance(record, Enrichment):
            at = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
            key = (record.model.name, record.model.revision)
            before = found.get(key, Seen(*key, 0, at))
            found[key] = replace(before, records=before.records + 1, last=max(before.last, at))
    return _latest_first(list(found.values()))


def _latest_first(found: Sequence[Seen]) -> list[Seen]:
    return sorted(found, key=lambda one: one.last, reverse=True)


def _command(command: ControlCommand, arguments: dict[str, str], id_: str, now: datetime) -> Control:
    return Control(id=id_, service=SERVICE, command=command, arguments=arguments, occurred_at=now)
