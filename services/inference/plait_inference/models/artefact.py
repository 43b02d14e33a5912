"""The versioned artefact: weights, thresholds and a manifest whose hashes are checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from plait_inference.labels import ENTITIES, INTENTS, SINGLE
from plait_inference.models.backbone import LOW_RANK
from plait_shared.errors import Misconfigured

MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.safetensors"
CARD: Final = "MODEL_CARD.md"
FORMAT: Final = 2
RAN_ON: Final = "ran_on"
"""In a recipe: on what training ran, each ``Runtime`` once; manifests of before it was written lack it."""
ARTEFACTS: Final = Path(__file__).parent / "artefacts"
DEFAULT_NAME: Final = "office-2.2.0"


def place_of(folder: Path | None) -> Path:
    """Where an artefact lies: in the folder that was named, or the shipped one."""
    return folder if folder is not None else ARTEFACTS / DEFAULT_NAME


@dataclass(frozen=True, slots=True)
class Source:
    """A data set that the weights were trained on."""

    name: str
    origin: str
    licence: str
    examples: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about an artefact but its tensors; see ``manifest.json``.

    ``thresholds[language][intent]`` and ``temperatures[task]`` come from the dev part.
    ``metrics[language][task]`` is ``{"model": …, "baseline": …, "support": …}``.
    """

    name: str
    trunk: str
    trunk_fingerprint: str
    rank: int
    thresholds: dict[str, dict[str, float]]
    temperatures: dict[str, float]
    metrics: dict[str, dict[str, dict[str, float]]]
    data: list[Source]
    recipe: dict[str, Any]
    adapt: str = LOW_RANK
    files: dict[str, str] = field(default_factory=dict)
    revision: str = ""
    intents: tuple[str, ...] = INTENTS
    entities: tuple[str, ...] = ENTITIES
    singles: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(SINGLE))
    format: int = FORMAT


def write(folder: Path, manifest: Manifest, tensors: Mapping[str, Tensor]) -> Manifest:
    """Save float16 weights and the manifest with hash and revision; returns the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    half = {name: tensor.detach().cpu().half().contiguous() for name, tensor in tensors.items()}
    save_file(half, str(folder / WEIGHTS), {"format": "pt"})
    (folder / WEIGHTS).chmod(0o644)
    return write_manifest(folder, replace(manifest, files={WEIGHTS: file_hash(folder / WEIGHTS)}))


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Save the manifest with its revision; the weights stay as they are."""
    fields = asdict(manifest)
    fields["revision"] = content_revision(fields)
    (folder / MANIFEST).write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return parse(fields, folder)


def read(folder: Path) -> Manifest:
    """Read the manifest and check the hash of every file; raises ``Misconfigured``."""
    path = folder / MANIFEST
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Misconfigured(f"cannot read the model artefact {path}: {error}") from error
    manifest = parse(fields, folder)
    if content_revision(fields) != manifest.revision:
        raise Misconfigured(f"{path} was changed: its revision does not match its content")
    for name, wanted in manifest.files.items():
        file = folder / name
        if not file.is_file():
            raise Misconfigured(f"the model artefact lacks {file}: install it again")
        if file_hash(file) != wanted:
            raise Misconfigured(f"{file} is damaged or was changed: its sha256 is not {wanted}")
    return manifest


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors as float32; call ``read`` first, which checks them."""
    try:
        tensors = load_file(str(folder / WEIGHTS))
    except (OSError, SafetensorError) as error:
        raise Misconfigured(f"cannot read {folder / WEIGHTS}: {error}") from error
    return {name: tensor.to(torch.float32) for name, tensor in tensors.items()}


def parse(fields: dict[str, Any], folder: Path) -> Manifest:
    """A manifest from its JSON; raises ``Misconfigured`` for another format or label pack."""
    if fields.get("format") != FORMAT:
        raise Misconfigured(f"{folder}: format {fields.get('format')!r}, this code reads {FORMAT}")
    try:
        manifest = Manifest(
            **{
                **fields,
                "data": [Source(**source) for source in fields["data"]],
                "intents": tuple(fields["intents"]),
                "entities": tuple(fields["entities"]),
                "singles": {task: tuple(labels) for task, labels in fields["singles"].items()},
            }
        )
    except (TypeError, KeyError, AttributeError) as error:
        raise Misconfigured(f"{folder / MANIFEST} is not a manifest: {error}") from error
    if (manifest.intents, manifest.entities, manifest.singles) != (INTENTS, ENTITIES, SINGLE):
        raise Misconfigured(f"{folder} was trained for another list of labels")
    return manifest


def content_revision(fields: Mapping[str, Any]) -> str:
    """First 12 hex digits of the sha256 over the manifest without its revision, and without where it was trained."""
    recipe = {key: value for key, value in fields.get("recipe", {}).items() if key != RAN_ON}
    content = {key: value for key, value in {**fields, "recipe": recipe}.items() if key != "revision"}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def file_hash(path: Path) -> str:
    """sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
