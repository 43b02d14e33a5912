"""Packs from files, fitted with the model that reads the messages."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from plait_inference.packs.fit import Fit, fit, texts_of
from plait_inference.packs.fitted import Packs
from plait_inference.packs.pack import Pack, shown
from plait_inference.packs.source import parse
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord, Misconfigured

SUFFIXES: Final = {".yaml", ".yml"}
MAX_FILE_BYTES: Final = 2 * 2**20


class TextReader(Protocol):
    """Reads texts with the model in use."""

    def __call__(self, texts: Sequence[str], /) -> Sequence[Reading | BadRecord]:
        """A reading, or why there is none, for each text, in order."""
        ...


def places(listed: str) -> list[Path]:
    """Files and folders from a comma-separated list."""
    return [Path(entry.strip()).expanduser() for entry in listed.split(",") if entry.strip()]


def read_packs(places: Iterable[Path]) -> list[Pack]:
    """The packs in files and folders, by name; raises Misconfigured with what is wrong where."""
    found: dict[str, tuple[Pack, Path]] = {}
    for path in dict.fromkeys(path.absolute() for place in places for path in _files(place)):
        pack = read_pack(path)
        if pack.name in found:
            raise Misconfigured(f"{path}: the pack {pack.name} is also in {found[pack.name][1]}: rename or remove one")
        found[pack.name] = (pack, path)
    return [found[name][0] for name in sorted(found)]


def read_pack(path: Path) -> Pack:
    """The pack in a file; raises Misconfigured."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise Misconfigured(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path}: is not UTF-8: save it in that encoding") from error
    if len(content) > MAX_FILE_BYTES:
        raise Misconfigured(f"{path}: has more than {MAX_FILE_BYTES} bytes: make two packs of it")
    return parse(text, str(path))


def fit_packs(packs: Sequence[Pack], read: TextReader) -> list[Fit]:
    """Every pack, fitted on what the model reads in its examples; raises Misconfigured for one it can't read."""
    texts = list(dict.fromkeys(text for pack in packs for text in texts_of(pack)))
    vectors: dict[str, Sequence[float]] = {}
    for text, found in zip(texts, read(texts), strict=True):
        if isinstance(found, BadRecord):
            where = next(
                (f"pack {p.name}, label {n}" for p in packs for n, lab in p.labels.items() if text in lab.texts), ""
            )
            raise Misconfigured(f"{where}: the model can't read {shown(text)}: reword or remove it") from found
        vectors[text] = found.embedding
    return [fit(pack, vectors) for pack in packs]


def in_use(fits: Sequence[Fit]) -> Packs:
    """The fitted packs as they tag messages."""
    return Packs(tuple(one.fitted for one in fits))


def _files(place: Path) -> list[Path]:
    """The file itself, or the packs in a folder by name."""
    if not place.is_dir():
        return [place]
    files = sorted(path for path in place.iterdir() if path.suffix in SUFFIXES and path.is_file())
    if not files:
        raise Misconfigured(f"{place}: holds no label pack: put *.yaml files there, or name another folder")
    return files
