"""Another model while the service runs: found, loaded beside the one in use, tried, and only then taken."""

from collections.abc import Callable, Sequence
from pathlib import Path

from plait_inference.control import Wanted
from plait_inference.models.protocol import TagModel
from plait_inference.reader import CachingReader
from plait_inference.reading import Reading
from plait_inference.selftest import TEXTS, check
from plait_schemas.records import Model
from plait_shared.errors import Misconfigured

Load = Callable[[Path | None], TagModel]
"""Loads an artefact folder, the settings' own for None; raises when it is damaged or does not fit."""


Prepare = Callable[[TagModel], None]
"""Whatever must be ready for a model before it reads the stream; raises when that can't be."""


def nothing(_: TagModel) -> None:
    """Where nothing else depends on the model."""


class Activator:
    """Changes the model that ``reader`` reads with. Both are in memory until the new one has proved itself."""

    def __init__(self, reader: CachingReader, load: Load, places: Sequence[Path], prepare: Prepare = nothing) -> None:
        self._reader = reader
        self._load = load
        self._places = places
        self._prepare = prepare

    def activate(self, wanted: Wanted) -> Model:
        """Use the model that is wanted from the next batch on; on any error the one in use stays.

        Loading and trying happen beside the lanes, which go on reading.
        """
        folder = None if wanted.artefact is None else folder_of(wanted.artefact, self._places)
        model = self._load(folder)
        if wanted.revision not in (None, model.revision):
            raise Misconfigured(f"{model.name} in {folder} has revision {model.revision}, not {wanted.revision}")
        check(model, self._dimensions())
        self._prepare(model)
        self._reader.use(model)
        return Model(name=model.name, revision=model.revision)

    def _dimensions(self) -> int:
        """Length of the embeddings that the model in use makes."""
        [found] = self._reader.read(TEXTS[:1]).found
        if not isinstance(found, Reading):
            raise found
        return len(found.embedding)


def folder_of(artefact: str, places: Sequence[Path]) -> Path:
    """The folder that a command names: an absolute path, or a name in one of ``places``; raises Misconfigured."""
    path = Path(artefact)
    if path.is_absolute():
        return path
    if path.name != artefact or artefact == "..":
        raise Misconfigured(f"{artefact} is neither a name nor an absolute path: a service knows no other folder")
    for place in places:
        if (place / artefact).is_dir():
            return place / artefact
    where = " or ".join(map(str, places))
    raise Misconfigured(f"there is no artefact {artefact} in {where}: put its folder there or set PLAIT_MODELS")
