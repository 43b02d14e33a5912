"""Normal form of any text: Unicode NFC, no invisible characters, plain line ends and spaces. Idempotent."""

import re
import unicodedata

_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_JOINING = "\u0600-\u06ff\u0900-\u0dff"  # Arabic and Indic scripts, where joiners change the letters
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile("[^\\S\n]+")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_VARIATION = re.compile(f"(?<![{_EMOJI}0-9#*])\ufe0f")
_JOINERS = re.compile(f"(?<![{_EMOJI}\ufe0f{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?![{_EMOJI}{_JOINING}])")
_BLANK_LINES = re.compile("\n{3,}")
_SPACED_LINE_END = re.compile(" ?\n ?")


def normal(text: str) -> str:
    """NFC, one kind of line end, single spaces, at most one empty line in a row, nothing at the ends.

    Control, zero-width and direction characters and lone surrogates go; joiners stay inside emoji sequences and in
    the scripts that need them.
    """
    if not text.isascii():
        text = _LINE_END.sub("\n", text)
        text = _visible(text)
        text = unicodedata.normalize("NFC", text)
    elif not text.isprintable():
        text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _SPACES.sub(" ", text)
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", _SPACED_LINE_END.sub("\n", text))
    return text.strip()


def one_line(text: str, limit: int) -> str:
    """Normal form of a title or a name: one line of at most ``limit`` code points."""
    return " ".join(normal(text).split())[:limit].rstrip()


def _visible(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if "\ufe0f" in text:
        text = _VARIATION.sub("", text)
    if "\u200d" in text or "\u200c" in text:
        text = _JOINERS.sub("", text)
    return text
