"""The tables of a Slack export, zipped or unpacked: who there is, and which conversations they have."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from plait_shared.errors import BadRecord

ChannelType = Literal["channel", "group", "im", "mpim"]
TABLES: dict[str, ChannelType] = {
    "channels.json": "channel",
    "groups.json": "group",
    "dms.json": "im",
    "mpims.json": "mpim",
}
Folder = Path | zipfile.Path


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the workspace."""

    id: str
    name: str
    bot: bool = False

    @property
    def identity(self) -> dict[str, str]:
        """As records name the person."""
        return {"id": f"slack:{self.id}", "name": self.name, "kind": "bot" if self.bot else "person"}


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; ``folder`` is where its days lie, ``created_s`` is in Unix seconds, 0 if not known."""

    id: str
    name: str
    type: ChannelType
    members: tuple[str, ...]
    folder: str
    created_s: int = 0

    @property
    def private(self) -> bool:
        """Whether only its members may read it."""
        return self.type != "channel"


def open_export(path: Path) -> Folder:
    """The export's top folder; raises BadRecord when it is neither a folder nor a zip file."""
    if path.is_dir():
        return path
    try:
        root = zipfile.Path(zipfile.ZipFile(path))
    except zipfile.BadZipFile as exc:
        raise BadRecord(f"{path} is neither a folder nor a zip file") from exc
    inner = [child for child in root.iterdir() if child.is_dir()]
    if len(inner) == 1 and not (root / "users.json").exists() and (inner[0] / "users.json").exists():
        return inner[0]
    return root


def people(root: Folder) -> dict[str, Person]:
    """Users by their Slack id; raises BadRecord when the table is missing or can't be read."""
    return {row["id"]: _person(row) for row in _rows(root, "users.json", required=True)}


def channels(root: Folder) -> Iterator[Channel]:
    """All conversations that the export's tables name."""
    found = False
    for table, type_ in TABLES.items():
        for row in _rows(root, table):
            found = True
            name = str(row.get("name") or "")
            members = tuple(str(member) for member in row.get("members") or ())
            created = int(row.get("created") or 0)
            yield Channel(row["id"], name, type_, members, name or row["id"], created)
    if not found:
        raise BadRecord("this is no Slack export: none of " + ", ".join(TABLES) + " names a conversation")


def read_json(file: Folder) -> Any:
    """What a file says; raises BadRecord when it is not JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError, zipfile.BadZipFile) as exc:
        raise BadRecord(f"not JSON: {exc}") from exc


def _rows(root: Folder, name: str, *, required: bool = False) -> list[dict[str, Any]]:
    file = root / name
    if not file.exists():
        if required:
            raise BadRecord(f"this is no Slack export: it has no {name}")
        return []
    try:
        rows = read_json(file)
    except BadRecord as exc:
        raise BadRecord(f"{name}: {exc}") from exc
    if not isinstance(rows, list):
        raise BadRecord(f"{name}: a list is expected")
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            raise BadRecord(f"{name}: entry {place} has no `id`")
    return rows


def _person(row: dict[str, Any]) -> Person:
    profile = row.get("profile") or {}
    name = profile.get("real_name") or row.get("real_name") or profile.get("display_name") or row.get("name") or ""
    return Person(row["id"], str(name), bool(row.get("is_bot")))
