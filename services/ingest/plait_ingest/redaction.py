"""Takes out what is private and leaves ``[email]``, ``[phone]``, ``[card]``, ``[id_number]`` or ``[secret]``.

Detection is by the rules of argus-redact (English and Chinese, no model) and a few of our own; what looks like a
number of another sort (ticket, order, date, amount, version, address inside a URL) stays. Names, IP addresses and
commit hashes stay: the work needs them.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from argus_redact.lang.en.patterns import PATTERNS as ENGLISH
from argus_redact.lang.shared.patterns import PATTERNS as SHARED
from argus_redact.lang.zh.patterns import PATTERNS as CHINESE
from argus_redact.pure.patterns import match_patterns

from plait_ingest import numbers

KINDS: Mapping[str, str] = {
    "email": "email", "phone": "phone", "credit_card": "card", "bank_card": "card", "iban": "card",
    "ssn": "id_number", "id_number": "id_number", "passport": "id_number",
    "openai_api_key": "secret", "anthropic_api_key": "secret", "aws_access_key": "secret", "github_token": "secret",
    "jwt": "secret", "ssh_private_key": "secret",
}  # fmt: skip
PLACEHOLDER = re.compile(r"\[(email|phone|card|id_number|secret)\]")

_RULES: list[dict[str, Any]] = [rule for rule in chain(SHARED, ENGLISH, CHINESE) if rule["type"] in KINDS]
_EMAIL_RULES = [rule for rule in _RULES if KINDS[rule["type"]] == "email"]
_NUMBER_RULES = [rule for rule in _RULES if KINDS[rule["type"]] in {"phone", "card", "id_number"}]
_SECRET_RULES = [rule for rule in _RULES if KINDS[rule["type"]] == "secret"]

_MANY_DIGITS = re.compile(r"\d(?:[\s().-]{0,3}\d){7}|(?<![A-Z0-9])[A-Z]{2}\d{2}")
_SECRET_HINT = re.compile(
    r"sk-|AKIA|gh[opusr]_|github_pat_|eyJ|-----BEGIN|xox|xapp-|AIza|_live_|_test_|glpat-|npm_|SG\.|://|hooks\.slack"
    r"|[Bb]earer|(?i:passw|pwd|secret|token|key)|密码|口令|密钥|令牌"
)
_OWN_SECRETS = re.compile(
    r"(?<![A-Za-z0-9])(?:xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{20,}|AIza[0-9A-Za-z_-]{35}"
    r"|[srp]k_(?:live|test)_[0-9A-Za-z]{16,}|glpat-[0-9A-Za-z_-]{20,}|npm_[A-Za-z0-9]{36}"
    r"|SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,})"
    r"|(?<=hooks\.slack\.com/services/)[A-Za-z0-9/]{20,}"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/-]{20,}=*"
    r"|(?<=://)[^\s/:@\[\]]{1,64}:[^\s/:@\[\]]{1,128}(?=@)"
)
_NAMED_SECRET = re.compile(
    r"(?:passw(?:or)?d|passwd|pwd|secret|api[ _-]?key|access[ _-]?key|token|密码|口令|密钥|令牌)"
    r"[\"']?\s?(?:is|=|:|：|是|为)\s?[\"'“]?([^\s\"'“”\[\]<>,;，。；&]{6,256})",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s<>\"']+")
_KEPT_ADDRESSES = ("git@", "hg@", "noreply@github.com")


class Found(NamedTuple):
    """Something private at ``[start, end)``, in code points."""

    start: int
    end: int
    kind: str


def redact(text: str) -> str:
    """The text with placeholders; ``redact(redact(x)) == redact(x)``."""
    while found := _merged(_found(text)):
        pieces, position = [], 0
        for start, end, kind in found:
            pieces += [text[position:start], f"[{kind}]"]
            position = end
        text = "".join(pieces) + text[position:]
    return text


def placeholders(text: str) -> tuple[Found, ...]:
    """Every placeholder in a redacted text, in its order."""
    if "]" not in text:
        return ()
    return tuple(Found(place.start(), place.end(), place[1]) for place in PLACEHOLDER.finditer(text))


def _found(text: str) -> Iterator[Found]:
    if "@" in text:
        yield from (hit for hit in _hits(text, _EMAIL_RULES) if not text.startswith(_KEPT_ADDRESSES, hit.start))
    if _SECRET_HINT.search(text):
        yield from (hit for hit in _hits(text, _SECRET_RULES) if _mixed(text[hit.start : hit.end]))
        yield from (Found(match.start(), match.end(), "secret") for match in _OWN_SECRETS.finditer(text))
        yield from (
            Found(match.start(1), match.end(1), "secret") for match in _NAMED_SECRET.finditer(text) if _mixed(match[1])
        )
    if _MANY_DIGITS.search(text):
        yield from _numbers(text)


def _numbers(text: str) -> Iterator[Found]:
    urls = [match.span() for match in _URL.finditer(text)] if "://" in text else []
    for hit in chain(_hits(text, _NUMBER_RULES), (Found(start, end, "phone") for start, end in numbers.phones(text))):
        inside_url = any(start <= hit.start < end for start, end in urls)
        if not inside_url and numbers.private(text, hit.start, hit.end, hit.kind):
            yield hit


def _hits(text: str, rules: list[dict[str, Any]]) -> Iterator[Found]:
    matches, _near = match_patterns(text, rules)
    for match in matches:
        yield Found(match.start, match.end, KINDS[match.type])


def _merged(found: Iterator[Found]) -> list[Found]:
    """Without overlaps: what overlaps becomes one place with the kind of the longer one, a secret before all."""
    merged: list[Found] = []
    for hit in sorted(found):
        if merged and hit.start < merged[-1].end:
            last = merged.pop()
            longer = max(last, hit, key=lambda item: (item.kind == "secret", item.end - item.start))
            merged.append(Found(last.start, max(last.end, hit.end), longer.kind))
        else:
            merged.append(hit)
    return merged


def _mixed(value: str) -> bool:
    """Whether a value after "password:" reads like one: letters and digits, not a word of the sentence."""
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
