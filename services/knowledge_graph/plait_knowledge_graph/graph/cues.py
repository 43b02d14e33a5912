"""Words that keep a sentence from stating anything: questions, conditions, negation. English and Chinese."""

import re

QUESTION = re.compile(r"[?？][\s\"'”’)）]*$|(?:吗|呢|么)[。！\s]*$")
HYPOTHETICAL = re.compile(
    r"\b(?:if|unless|would|could|might|maybe|perhaps|suppose|supposing|wish|in case|whether|shall|probably"
    r"|should we|should i|who|let['’]s)\b|如果|要是|假如|倘若|万一|可能|也许|或许|是否|除非"
    r"|要不|是不是|会不会|能不能|谁|建议|希望",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:not|no longer|never|cannot|without|nobody|no one|none|nor|neither|almost|nearly|half)\b|n['’]t\b"
    r"|不|没|未|别(?!的)|无法|并非|快要|几乎",
    re.IGNORECASE,
)
IDIOMS = re.compile(
    r"没问题|不错|不好意思|没事|不客气|不过|不但|不仅|不管怎样|no problem|no worries|not only|why not", re.IGNORECASE
)
CLAUSE = re.compile(r"[,，、:：]|\bbut\b|但是?")
POLITE = re.compile(r"\b(?:can|could|would|will) you\b|能不能|可不可以|可以[^？]*吗", re.IGNORECASE)


def asked(sentence: str) -> bool:
    """Whether a sentence asks."""
    return QUESTION.search(sentence) is not None


def hypothetical(sentence: str) -> bool:
    """Whether a sentence supposes, wishes or guesses."""
    return HYPOTHETICAL.search(_plain(sentence)) is not None


def politely(sentence: str) -> str:
    """The sentence without the forms that make a question or a condition of a request."""
    return POLITE.sub(lambda match: " " * len(match.group()), sentence).rstrip("?？ ")


def negated(sentence: str, start: int, end: int, cue: tuple[int, int]) -> bool:
    """Whether something in the clauses from ``start`` to ``end`` negates; ``cue`` (part of the rule) doesn't count."""
    plain = _plain(sentence)
    plain = plain[: cue[0]] + " " * (cue[1] - cue[0]) + plain[cue[1] :]
    before = [match.end() for match in CLAUSE.finditer(plain, 0, start)]
    after = CLAUSE.search(plain, end)
    return NEGATION.search(plain, before[-1] if before else 0, after.start() if after else len(plain)) is not None


def _plain(sentence: str) -> str:
    return IDIOMS.sub(lambda match: " " * len(match.group()), sentence)
