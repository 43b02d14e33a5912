"""The port that the rest of the service sees of a model."""

from collections.abc import Sequence
from typing import Protocol

from plait_inference.reading import Reading


class TagModel(Protocol):
    """Reads messages. Same text, same reading: no state between calls, safe to retry."""

    @property
    def name(self) -> str:
        """The model's name, as on its card."""

    @property
    def revision(self) -> str:
        """Hash of the artefact's content: two equal revisions give equal readings."""

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model sees it, prefix and specials included."""

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order. Raises ``BadRecord`` for a text that cannot be read.

        Trouble that is not the text's is another ``PlaitError``: ``Retryable`` without memory, ``Fatal`` on a lost
        device. Whatever else is raised is taken as the text's fault.
        """
