"""What a sweep varies: a range or a list for each of some settings of a recipe, as a shell writes them. Pure."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plait_inference.training.recipe import Recipe, changed
from plait_shared.errors import Misconfigured

Value = int | float | str
USUAL: Final = 20
"""Trials, when nobody says how many."""
HOW: Final = "--search NAME=LOW:HIGH or NAME=a,b,c"


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from ``low`` to ``high``, both included; whole ones where the recipe has whole ones."""

    low: float
    high: float

    @property
    def log(self) -> bool:
        """Whether each power of ten is as likely as the next: for a float that can't be 0."""
        return isinstance(self.low, float) and self.low > 0


Space = Range | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A recipe, and where some of its settings are to be tried; ``grid`` tries all combinations of their lists."""

    recipe: Recipe
    spaces: dict[str, Space]
    grid: bool

    def combinations(self) -> list[dict[str, Value]]:
        """All of a grid, in the order of its lists."""
        lists = [space for space in self.spaces.values() if not isinstance(space, Range)]
        return [dict(zip(self.spaces, values, strict=True)) for values in itertools.product(*lists)]

    def trials(self, asked: int | None) -> int:
        """How many there will be: as many as were asked for, and no more than a grid has."""
        if not self.grid:
            return asked or USUAL
        size = len(self.combinations())
        return min(asked or size, size)


def plan(settings: Sequence[str], searches: Sequence[str], *, grid: bool) -> Plan:
    """A plan from ``name=value`` settings and ``name=space`` searches; raises ``Misconfigured`` with what is wrong."""
    if not searches:
        raise Misconfigured(f"nothing to search: give {HOW}")
    recipe = changed(Recipe(), settings)
    fixed = {setting.partition("=")[0] for setting in settings}
    spaces: dict[str, Space] = {}
    for search in searches:
        name, _, text = search.partition("=")
        if name in fixed or name in spaces:
            raise Misconfigured(f"{name} is given twice: search it once, or fix it")
        spaces[name] = _space(recipe, name, text)
        if grid and isinstance(spaces[name], Range):
            raise Misconfigured(f"a grid needs a list for {name}, as {name}=a,b,c, not the range {text}")
    return Plan(recipe, spaces, grid)


def described(found: Plan) -> dict[str, Any]:
    """The same as what JSON can hold, to tell one plan from another."""
    spaces = {
        name: f"{space.low}:{space.high}" if isinstance(space, Range) else list(space)
        for name, space in found.spaces.items()
    }
    return {"spaces": spaces, "grid": found.grid}


def shown(settings: Mapping[str, Value]) -> str:
    """Settings as a line for people."""
    return ", ".join(f"{name} {brief(value)}" for name, value in settings.items())


def brief(value: Value) -> str:
    """A value as people read it: of a float four digits."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _space(recipe: Recipe, name: str, text: str) -> Space:
    parts = text.split(",")
    if len(parts) > 1:
        return tuple(dict.fromkeys(_value(recipe, name, part) for part in parts))
    ends = [_value(recipe, name, part) for part in text.split(":")]
    if len(ends) != 2:
        raise Misconfigured(f"{name} is searched in a range or a list, not in {text!r}: {HOW}")
    low, high = ends
    if isinstance(low, str) or isinstance(high, str):
        raise Misconfigured(f"{name} is searched in a list, as {name}=a,b,c: it has no range")
    if not (low < high and math.isfinite(low) and math.isfinite(high)):
        raise Misconfigured(f"the range of {name} must go from a number to a higher one, not {text}")
    return Range(low, high)


def _value(recipe: Recipe, name: str, text: str) -> Value:
    value: Value = getattr(changed(recipe, [f"{name}={text}"]), name)
    return value
