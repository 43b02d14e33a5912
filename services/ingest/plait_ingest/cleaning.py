"""From what a tool sent to the text that everything else reads: plain, normal, redacted, measured."""

import re
from dataclasses import dataclass
from enum import StrEnum

from plait_ingest.language import Guess, language_of
from plait_ingest.markup import html_to_text, markdown_to_text
from plait_ingest.normal import normal, one_line
from plait_ingest.redaction import PLACEHOLDER, placeholders, redact
from plait_schemas.records import Language, Redaction

LONGEST_TEXT = 100_000
LONGEST_TITLE = 500
LONGEST_NAME = 200
_UNREADABLE = re.compile(r"https?://\S+|" + PLACEHOLDER.pattern)
_WORD = re.compile(r"[\u3400-\u9fff]{2}|[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff]")
WORDS_OF_A_SENTENCE = 5
READABLE_SHARE_OF_PROSE = 0.7


class TextFormat(StrEnum):
    """How a text is written."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text; offsets of redactions count its code points."""

    text: str
    language: Language
    redactions: tuple[Redaction, ...]
    quality: float


class Cleaner:
    """Cleans texts; pure but for the language model, which is loaded once and handed in."""

    def __init__(self, guess: Guess) -> None:
        self._guess = guess

    def clean(self, text: str, form: TextFormat = TextFormat.TEXT) -> Cleaned:
        """The cleaned text. Cleaning it again changes nothing; longer texts than `LONGEST_TEXT` are cut."""
        if form is TextFormat.HTML:
            text = html_to_text(text)
        elif form is TextFormat.MARKDOWN:
            text = markdown_to_text(text)
        text = _settled(normal(text)[:LONGEST_TEXT])
        redactions = tuple(Redaction(start=start, end=end, kind=kind) for start, end, kind in placeholders(text))
        return Cleaned(text, language_of(text, self._guess), redactions, quality(text))


def _settled(text: str) -> str:
    """Normal and redacted. A placeholder can leave a joiner or an accent alone, so both look again after a change."""
    text = normal(text)
    while (redacted := redact(text)) != text:
        text = normal(redacted)
    return text


def title(text: str) -> str:
    """A title in normal form, redacted as well."""
    return _settled(one_line(text, LONGEST_TITLE))


def name(text: str) -> str:
    """A person's or a file's name in normal form."""
    return one_line(text, LONGEST_NAME)


def quality(text: str) -> float:
    """How much there is to read, 0 to 1: ``min(1, words / 5) · min(1, readable / 0.7)``, to two digits.

    ``words`` counts Latin words and pairs of Chinese characters outside URLs and placeholders; ``readable`` is the
    share of letters among the characters that are not white space.
    """
    rest = _UNREADABLE.sub(" ", text)
    words = len(_WORD.findall(rest))
    visible = len(text) - text.count(" ") - text.count("\n")
    if not words or not visible:
        return 0.0
    letters = sum(map(str.isalpha, rest))
    return round(min(1.0, words / WORDS_OF_A_SENTENCE) * min(1.0, letters / visible / READABLE_SHARE_OF_PROSE), 2)
