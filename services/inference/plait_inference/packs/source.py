"""A pack from the text of a YAML file; what is wrong with it in lines that name file, label and what to do. Pure."""

from collections.abc import Hashable
from typing import Any, Final

import yaml
from pydantic import ValidationError

from plait_inference.packs.pack import MAX_EXAMPLES, MAX_LABELS, MAX_TEXT_CHARS, MIN_EXAMPLES, Label, Pack
from plait_shared.errors import Misconfigured

MAX_FAULTS: Final = 10
"""More of them are only counted."""
TEXT: Final = "tag:yaml.org,2002:str"
NAMED: Final = "a name has 1 to 64 characters on one line, no space at its ends"
ADVICE: Final[dict[str, str]] = {
    "string_type": "must be text: put it in quotes, since YAML reads yes, no, dates and numbers as something else",
    "string_too_short": "is empty: write a text, or remove the line",
    "string_too_long": f"is longer than {MAX_TEXT_CHARS} characters: shorten it to what the label rests on",
    "string_unicode": "holds half of a surrogate pair: write the character itself",
    "list_type": "must be a list: one example a line, each behind `- `",
    "literal_error": "must be `one` (exactly one label a message) or `many` (any number, and none)",
    "greater_than": "must lie between 0 and 1, both excluded",
    "less_than": "must lie between 0 and 1, both excluded",
    "float_type": "must be a number between 0 and 1",
    "finite_number": "must be a number between 0 and 1",
}


def parse(text: str, file: str) -> Pack:
    """The pack that stands in a file; raises Misconfigured with a line for each of the first faults."""
    try:
        for event in yaml.parse(text, yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):  # they could grow without end
                line = event.start_mark.line if event.start_mark else 0
                raise _Refused(line, "aliases (*name) are not read: write it out")
        content = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise Misconfigured(f"{file}: {_unreadable(error)}") from error
    except (RecursionError, ValueError) as error:
        raise Misconfigured(f"{file}: is no YAML that a pack can be read from: {error}") from error
    if not isinstance(content, dict):
        raise Misconfigured(f"{file}: must begin with `name:`, `kind:` and `labels:`, each on a line of its own")
    try:
        return Pack.model_validate(content)
    except ValidationError as error:
        faults = list(dict.fromkeys(f"{file}: {_said(one)}" for one in error.errors(include_url=False)))
        more = [f"{file}: and {len(faults) - MAX_FAULTS} faults more"] if len(faults) > MAX_FAULTS else []
        raise Misconfigured("\n".join([*faults[:MAX_FAULTS], *more])) from error


class _Refused(yaml.YAMLError):
    """YAML that a pack may not have, with the number of its line, from 0."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line + 1}: {problem}")


class _Loader(yaml.SafeLoader):
    """Safe, and strict: no key twice, which YAML would take silently, and none that is no text."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            problem = ""
            if key.tag != TEXT:
                problem = f"{key.value} {ADVICE['string_type']}"
            elif key.value in seen:
                problem = f"{key.value} stands there twice: put both together, or rename one"
            if problem:
                raise _Refused(key.start_mark.line, problem)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _unreadable(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]


def _said(error: Any) -> str:
    """One fault: where, then what to do."""
    place, kind, where = error["loc"], error["type"], _place(error["loc"])
    said = error["msg"]
    if kind == "value_error":
        said = str(error["ctx"]["error"])
    elif kind == "missing":
        said = "is missing: add it"
    elif kind == "extra_forbidden":
        known = Label if place[0] == "labels" else Pack
        said = f"is not known here: remove it, or write one of {', '.join(known.model_fields)}"
    elif kind == "too_short":
        said = (
            f"give at least {MIN_EXAMPLES} examples, better 8 or 10"
            if "examples" in place
            else "give at least one label"
        )
    elif kind == "too_long":
        said = f"more than {MAX_EXAMPLES if 'examples' in place else MAX_LABELS} are not read: remove some"
    elif kind == "string_pattern_mismatch":
        said = ADVICE["string_too_short"] if place[-1] == "description" or "examples" in place else NAMED
    elif kind in ("model_type", "dict_type"):
        said = "must have `examples:` under it" if len(place) > 1 else "must have labels under it"
    else:
        said = ADVICE.get(kind, said)
    return f"{where}: {said}" if where else said


def _place(loc: tuple[int | str, ...]) -> str:
    """``label NAME, example 3`` for ``("labels", NAME, "examples", 2)``."""
    match loc:
        case ("labels", name):
            return f"label {name}"
        case ("labels", name, "[key]"):
            return f"label {name}"
        case ("labels", name, "examples", int(number)):
            return f"label {name}, example {number + 1}"
        case ("labels", name, *rest):
            return ", ".join([f"label {name}", *(f"`{part}`" for part in rest)])
    return ", ".join(f"`{part}`" for part in loc)
