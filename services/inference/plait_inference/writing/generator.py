"""The port of a text generator, and who signs what it wrote. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol

from plait_schemas.records import Model

WORDING: Final = "1"
"""Goes up with every change of the prompts or of the check: what is written then has another revision."""
PROMPT_TOKENS: Final = 1500


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a generator is told: ``system`` by Plait, ``user`` with the quoted texts."""

    system: str
    user: str


class Generator(Protocol):
    """Writes texts. It is trusted with nothing: whatever it writes is checked."""

    @property
    def name(self) -> str:
        """The model's name, for people."""

    @property
    def revision(self) -> str:
        """Says which model it is, as far as that can be known."""

    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """A text for each prompt, in order; "" for one that it can't or won't answer.

        Raises ``Retryable`` or ``Overloaded`` while it is away, ``Misconfigured`` when it can never answer.
        """


@dataclass(frozen=True, slots=True)
class Writer:
    """A generator with what its prompts may hold."""

    generator: Generator
    prompt_tokens: int = PROMPT_TOKENS

    def write(self, prompts: Sequence[Prompt | None]) -> list[str]:
        """A text for each prompt; "" where there is none."""
        texts = iter(self.generator.generate([prompt for prompt in prompts if prompt]) if any(prompts) else ())
        return [next(texts) if prompt else "" for prompt in prompts]

    def signs(self, model: Model) -> Model:
        """The model of a record that both made; its revision is greater than that of the same record without."""
        written = sha256(f"{self.generator.revision}\n{WORDING}".encode()).hexdigest()[:12]
        return Model(name=f"{model.name}+{self.generator.name}", revision=f"{model.revision}+{written}")
