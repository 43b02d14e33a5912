"""The numbers that decide what training gives, and how a shell names them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from plait_inference.models.backbone import LOW_RANK
from plait_shared.errors import Misconfigured

AT_LEAST_ONE: Final = frozenset({"epochs", "batch_size", "rank"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """All of them are written to the manifest."""

    epochs: int = 5
    seed: int = 7
    batch_size: int = 32
    learning_rate: float = 1e-3
    head_learning_rate: float = 1.4e-3
    weight_decay: float = 0.01
    rank: int = 32
    adapt: str = LOW_RANK
    """What learns of the trunk's layers: lora, whole or frozen."""
    held: float = 20.0
    """Weight of the distance from the untouched trunk's vectors, beside the losses of the tags."""
    public_mix: float = 0.5
    """Public examples for each office example, in every epoch."""
    teachers: int = 1
    """Networks of the next seeds that are trained before; this one learns from what they say as well."""
    taught: float = 1.0
    """Weight of what the teachers say, beside the losses of the tags."""
    start: str = ""
    """The artefact that training began with, name and revision; empty for the trunk's own weights."""


def changed(recipe: Recipe, settings: Sequence[str]) -> Recipe:
    """The recipe with ``name=value`` settings; raises ``Misconfigured`` for an unknown name or a wrong value."""
    known = {field.name: type(getattr(recipe, field.name)) for field in fields(recipe) if field.name != "start"}
    values: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in known:
            raise Misconfigured(f"no setting {name!r} in a recipe: {', '.join(known)}")
        try:
            values[name] = _in_range(name, known[name](value))
        except ValueError:
            raise Misconfigured(f"{name} takes a value such as {getattr(recipe, name)!r}, not {value!r}") from None
    return replace(recipe, **values)


def _in_range(name: str, value: float | str) -> float | str:
    """The value; raises ``ValueError`` where no training could be made of it."""
    if not isinstance(value, str) and (value < 0 or (value == 0 and name in AT_LEAST_ONE)):
        raise ValueError(value)
    return value
