"""The format of a label pack, and what it must keep to: pure."""

import json
import unicodedata
from hashlib import sha256
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

MAX_LABELS: Final = 200
MAX_EXAMPLES: Final = 200
MIN_EXAMPLES: Final = 2
"""Fewer can't be checked against each other: a score is measured on an example that the others were fitted without."""
MAX_TEXTS: Final = 2000
"""Examples and descriptions of a pack; fitting takes memory with the square, time with the cube."""
MAX_TEXT_CHARS: Final = 2000
FIT: Final = 1
"""Counts the ways of fitting: part of the hash, since another way gives other scores."""

Name = Annotated[
    str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f](?:[^\n\r\t\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?$")
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_CHARS, pattern=r"\S")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Label(_Strict):
    """What a label means, and messages that carry it."""

    description: Text | None = None
    examples: Annotated[list[Text], Field(min_length=MIN_EXAMPLES, max_length=MAX_EXAMPLES)]

    @model_validator(mode="after")
    def _no_example_twice(self) -> Self:
        seen: set[str] = set()
        for example in self.examples:
            if normal(example) in seen:
                raise ValueError(f"the example {shown(example)} stands there twice: remove one")
            seen.add(normal(example))
        return self

    @property
    def texts(self) -> list[str]:
        """Examples, then the description: what the label is fitted on."""
        return [*self.examples, *([self.description] if self.description else [])]


class Pack(_Strict):
    """A set of labels, of which a message has exactly ``one``, or ``many``: any number, and none as well."""

    name: Name
    version: Name | None = None
    kind: Literal["one", "many"]
    threshold: Annotated[float, Field(gt=0, lt=1, strict=False)] | None = None
    other: Name | None = None
    labels: Annotated[dict[Name, Label], Field(min_length=1, max_length=MAX_LABELS)]

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "many" and self.other is not None:
            raise ValueError("with `kind: many` a message may have no label: remove `other`, or write `kind: one`")
        if self.kind == "one" and self.threshold is not None and self.other is None:
            raise ValueError(
                "`threshold` needs a label for what stays below it: add `other: NAME`, or remove `threshold`"
            )
        if self.kind == "one" and len(self.labels) < 2:
            raise ValueError("with `kind: one` there must be two labels to choose from: add one, or write `kind: many`")
        return self

    @model_validator(mode="after")
    def _keeps_to_the_limits(self) -> Self:
        if (count := sum(len(label.texts) for label in self.labels.values())) > MAX_TEXTS:
            raise ValueError(
                f"{count} examples and descriptions are more than {MAX_TEXTS}: remove some, or make two packs of it"
            )
        return self

    @model_validator(mode="after")
    def _no_text_with_two_labels(self) -> Self:
        if self.kind == "many":
            return self
        owner: dict[str, str] = {}
        for name, label in self.labels.items():
            for text in label.texts:
                if (other := owner.setdefault(normal(text), name)) != name:
                    raise ValueError(
                        f"{shown(text)} stands under {other} and under {name}: keep it under one, or write `kind: many`"
                    )
        return self

    @property
    def names(self) -> list[str]:
        """The labels in the order of their code points, so that theirs in the file decides nothing."""
        return sorted(self.labels)

    @property
    def hash(self) -> str:
        """First 8 hex digits of the sha256 over everything that decides a score."""
        content = {"fit": FIT, **self.model_dump(exclude={"version"})}
        return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:8]

    @property
    def revision(self) -> str:
        """``<version>+<hash>``, the hash alone for a pack without a version."""
        return f"{self.version}+{self.hash}" if self.version else self.hash


def normal(text: str) -> str:
    """A text for comparison: width, case and white space don't count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def shown(text: str) -> str:
    """A text in a line for people."""
    flat = " ".join(text.split())
    return f"“{flat[:40]}…”" if len(flat) > 41 else f"“{flat}”"
