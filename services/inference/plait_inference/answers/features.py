"""What speaks for a sentence as the answer, as numbers. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from plait_inference.answers.candidates import BECAUSE, Candidate, quote
from plait_inference.answers.kind import CAUSE, POLAR
from plait_inference.answers.subject import REACH, Subject
from plait_inference.wording import NOT_KNOWN, REVERSAL, cosine

CHANGED: Final = re.compile(
    r"\b(actually|correction|update|now|change of plan|moved?|moves|shift|extended|postponed|news|in the end|then|fine"
    r"|ok|agreed|all right)\b|更正|通知|推迟|提前|延长|改|换|最后|^那|，那|那就|现在|刚|就",
    re.IGNORECASE,
)
MAYBE: Final = re.compile(
    r"\b(maybe|perhaps|might|what about|how about|i'd say|could|would|proposed|looked at|was planned"
    r"|last (?:year|month|time))\b|也许|可能|大概|要不|吧|候选|计划|原来|去年|上次|上个?月|坚持",
    re.IGNORECASE,
)
YES_OR_NO: Final = re.compile(
    r"^(?:yes|no|not|yep|sure|of course)\b|^(?:是的?|不|要|可以|有|没|行|对|能|会)", re.IGNORECASE
)
DIGIT: Final = re.compile(r"[$€£]?\d|[〇零一二两三四五六七八九十百]")
SETTLED: Final = ("decision", "commitment")
LITTLE: Final = 0.5
"""What fits no better than this is not the kind of thing that is asked for."""


RANKING: Final = (
    "meaning", "meaning in context", "words", "words nearby", "words before", "fits", "fits and words", "asks", "names",
    "late", "overtaken", "differs later", "changes", "settled", "open", "first", "effect", "follows effect", "cause",
    "untyped words", "yes or no",
)  # fmt: skip


def ranking_features(subject: Subject, found: Sequence[Candidate]) -> list[list[float]]:
    """For each candidate the numbers that ``RANKING`` names."""
    sentences = [cosine(subject.vector, subject.readings[_text(subject, item)].embedding) for item in found]
    wholes = [cosine(subject.vector, subject.context(item.place).embedding) for item in found]
    before = [subject.before(place) for place in range(len(subject.passages))]
    middle, centre = sum(sentences) / len(found), sum(wholes) / len(found)
    return [
        [
            10 * (own - middle),
            10 * (whole - centre),
            *_of_words(subject, item, before[item.place]),
            *_of_form(subject, item, found, before),
        ]
        for item, own, whole in zip(found, sentences, wholes, strict=True)
    ]


def _of_words(subject: Subject, item: Candidate, before: float) -> list[float]:
    return [
        item.own,
        item.near,
        before,
        item.typed,
        item.typed * before,
        float(item.ask),
        subject.named(max(item.place - REACH, 0), item.place + 1),
        item.place / max(len(subject.passages) - 1, 1),
    ]


def _of_form(subject: Subject, item: Candidate, found: Sequence[Candidate], before: Sequence[float]) -> list[float]:
    text, why, near = _text(subject, item), subject.kind == CAUSE, before[item.place]
    return [
        *_overtaken(subject, item, found, before),
        float(_changes(text) and item.typed > LITTLE),
        float(subject.readings[subject.passages[item.place].text].has(*SETTLED)),
        float(bool(NOT_KNOWN.search(text) or MAYBE.search(text))),
        float(item.span is None),
        why * item.own * (item.own > 0.6),
        why * near * (item.own < 0.6),
        float(why and BECAUSE.search(text) is not None and not item.ask),
        item.own * (item.typed == LITTLE),
        float(subject.kind == POLAR and YES_OR_NO.search(text) is not None) * near,
    ]


def _text(subject: Subject, item: Candidate) -> str:
    return subject.passages[item.place].text[slice(*item.sentence)]


def _changes(text: str) -> bool:
    return CHANGED.search(text) is not None or REVERSAL.search(text) is not None


def _overtaken(
    subject: Subject, item: Candidate, found: Sequence[Candidate], before: Sequence[float]
) -> tuple[float, float]:
    """Whether a later sentence says it differently: and says that something changed, or only differs."""
    if item.typed <= LITTLE:
        return 0.0, 0.0
    said = quote(subject, item)
    changed = differs = 0.0
    for other in found:
        if (
            other.place <= item.place
            or other.ask
            or other.typed <= LITTLE
            or (other.span is None) != (item.span is None)
        ):
            continue
        quoted = quote(subject, other)
        if quoted != said and _shape(quoted) == _shape(said) and before[other.place] >= 0.5 * before[item.place]:
            differs = 1.0
            changed = max(changed, float(_changes(_text(subject, other))))
    return changed, differs


def _shape(surface: str) -> str:
    """What sort of quantity it is: the unit behind the number."""
    return re.sub(r"[\d.,:\s〇零一二两三四五六七八九十百千万]+", "", surface)[-1:] if DIGIT.match(surface) else ""


JUDGING: Final = (
    "strength", "lead", "words", "words nearby", "words before", "trail", "words anywhere", "fits", "fits and words",
    "names nearby", "names anywhere", "meaning", "asks", "open", "cause", "person", "sentence", "effect",
    "unknown words",
)  # fmt: skip


def judging_features(
    subject: Subject, found: Sequence[Candidate], rows: Sequence[Sequence[float]], values: Sequence[float], best: int
) -> list[float]:
    """For the best candidate the numbers that ``JUDGING`` names: whether it is an answer at all."""
    item, row = found[best], dict(zip(RANKING, rows[best], strict=True))
    others = [value for value, other in zip(values, found, strict=True) if other.place != item.place]
    return [
        values[best],
        values[best] - max(others, default=values[best]),
        item.own,
        item.near,
        row["words before"],
        subject.trail(item.place),
        subject.covered(*range(len(subject.passages))),
        item.typed,
        row["fits and words"],
        row["names"],
        subject.named(0, len(subject.passages)),
        10 * (cosine(subject.vector, subject.readings[_text(subject, item)].embedding) - 0.85),
        row["asks"],
        row["open"],
        float(subject.kind == CAUSE),
        float(subject.kind.sort == "person"),
        float(item.typed == LITTLE),
        row["effect"],
        subject.unknown(),
    ]
