"""Folders that are made once and kept: all of a folder's files or none, and a checksum of each."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

CHECKSUMS: Final = "checksums.json"


def cache_folder(cache: Path | None) -> Path:
    """Where such folders are kept, unless told otherwise: ``~/.cache/plait``."""
    return cache if cache is not None else Path.home() / ".cache" / "plait"


@contextmanager
def replacing(output: Path) -> Iterator[Path]:
    """A folder to fill, which takes the place of ``output`` in one move when nothing was raised.

    Processes that make the same folder at the same time leave one of theirs.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{output.name}-", dir=output.parent))
    try:
        yield work
        (work / CHECKSUMS).write_text(json.dumps(file_checksums(work), indent=1))
        work.chmod(0o755)
        for path in work.iterdir():
            path.chmod(0o644)
        _publish(work, output)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def file_checksums(folder: Path) -> dict[str, str]:
    """sha256 of each regular file in ``folder`` but the checksum file itself."""
    return {
        path.name: _checksum(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name != CHECKSUMS
    }


def is_sound(folder: Path) -> bool:
    """Whether the folder is there and each of its files is as it was made."""
    try:
        return bool(json.loads((folder / CHECKSUMS).read_text()) == file_checksums(folder))
    except (OSError, ValueError):
        return False


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _publish(work: Path, output: Path) -> None:
    before = work.with_name(f"{work.name}-before")
    with suppress(FileNotFoundError):
        os.rename(output, before)
    try:
        os.rename(work, output)
    except OSError:
        if not (output / CHECKSUMS).is_file():
            raise
    finally:
        shutil.rmtree(before, ignore_errors=True)
