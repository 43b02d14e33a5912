"""What speaks for a sentence in a summary, as numbers by name. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from plait_inference.conversation import Evidence, Turn
from plait_inference.labels import ENTITIES, INTENTS
from plait_inference.reading import EntitySpan
from plait_inference.summary.heard import Heard, Rank, Sentence
from plait_inference.wording import CUES, DONE, STOP, WORD, YOU, cosine, terms

SHORT: Final = 8
"""Words below which a sentence says little out of its place."""
NAMED_AMONG: Final = 4
"""Words that names are counted among, at the least."""
MOST_NAMES: Final = 4
NEAR_END: Final = 3
ME: Final = re.compile(r"\b(?:i|i['’]m|i['’]ll|me|my)\b|[我俺]", re.IGNORECASE)
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A conversation as its sentences are seen in: what is central, who speaks, what was gathered where."""

    heard: Heard
    central: tuple[float, ...]
    spread: Counter[str]
    turns_of: Counter[str]
    answers: frozenset[str]
    settling: frozenset[str]
    working: Mapping[str, Sequence[Evidence]]


def frame(heard: Heard) -> Frame:
    """What the features of all sentences share."""
    working: dict[str, list[Evidence]] = {}
    for action in heard.actions:
        for place, where in enumerate(action.evidence):
            found = working.setdefault(where.message, [])
            found += [where] if place == 0 else []
    return Frame(
        heard=heard,
        central=_centre(heard.turns),
        spread=Counter(term for turn in heard.turns for term in terms(turn.text)),
        turns_of=Counter(turn.author_id for turn in heard.turns),
        answers=frozenset(one.answered_by for one in heard.questions if one.answered_by),
        settling=frozenset(where.message for one in heard.decisions for where in one.evidence),
        working=working,
    )


def features(seen: Frame, one: Sentence) -> Features:
    """The numbers of one sentence."""
    turn = seen.heard.turns[one.place]
    return {
        **_intents(turn, one),
        **_gathered(seen, turn, one),
        **_place(seen, one),
        **_form(turn, one),
        **_subject(seen, turn, one),
        **_manner(seen, turn),
    }


def _intents(turn: Turn, one: Sentence) -> Features:
    """The probabilities of all intents, apart for the sentence that carries them and for those beside it."""
    found = {f"{where} {label}": 0.0 for where in ("says", "beside") for label in INTENTS}
    for intent in turn.reading.weighed or turn.reading.intents:
        carries = one.among == 1 or one.meets(intent.start, intent.end)
        found[f"{'says' if carries else 'beside'} {intent.label}"] = intent.score
    return found


def _gathered(seen: Frame, turn: Turn, one: Sentence) -> Features:
    bound, work = seen.heard.bound, seen.working.get(turn.id)
    return {
        "decides": float(one.rank is Rank.OUTCOME),
        "of a decision": float(turn.id in seen.settling),
        "binds a decision": bound.decisions.shares[one.place],
        "works": float(any(one.meets(where.start, where.end) for where in work or ())),
        "of an action": float(work is not None),
        "binds an action": bound.actions.shares[one.place],
        "open": float(one.rank is Rank.OPEN),
        "answers": float(turn.id in seen.answers),
    }


def _place(seen: Frame, one: Sentence) -> Features:
    last = len(seen.heard.turns) - 1
    place = one.place / max(last, 1)
    return {
        "place": place,
        "late": place * place,
        "first": float(one.place == 0),
        "opens": float(one.place == one.order == 0),
        "last": float(one.place == last),
        "near the end": float(one.place > last - NEAR_END),
        "leads": float(one.order == 0),
        "closes": float(one.order == one.among - 1),
        "among": log(max(one.among, 1)),
        "turns": log(last + 1),
    }


def _form(turn: Turn, one: Sentence) -> Features:
    said = turn.text[slice(*one.span)]
    found = WORD.findall(said.lower())
    return {
        "long": log(1 + one.words),
        "short": float(one.words < SHORT),
        "digits": float(any(char.isdigit() for char in said)),
        "asks": _matches(CUES["question"], said),
        "me": _matches(ME, said),
        "you": _matches(YOU, said),
        "done": _matches(DONE, said),
        "calls out": float("!" in said or "！" in said),
        "function words": sum(word in STOP for word in found) / max(len(found), 1),
        "zh": float(turn.reading.language == "zh"),
    }


def _subject(seen: Frame, turn: Turn, one: Sentence) -> Features:
    """Whether it is about what the conversation is about, and whom and what it names."""
    about = one.terms
    repeated = sum(seen.spread[term] > 1 for term in about)
    named = [span for span in turn.reading.entities if one.meets(span.start, span.end)]
    return {
        "central": cosine(turn.reading.embedding, seen.central),
        "common": sum(log(max(seen.spread[term], 1)) for term in about) / max(len(about), 1),
        "repeated": log(1 + repeated),
        "repeated share": repeated / max(len(about), 1),
        "names": float(min(len(named), MOST_NAMES)),
        "names a word": len(named) / max(one.words, NAMED_AMONG),
        **{f"has {label}": _has(named, label) for label in ENTITIES},
    }


def _manner(seen: Frame, turn: Turn) -> Features:
    read = turn.reading
    return {
        "negative": float(read.sentiment.label == "negative"),
        "positive": float(read.sentiment.label == "positive"),
        "offends": float(read.harm.label != "none"),
        "urgent": float(read.urgency.label == "high"),
        "unhurried": float(read.urgency.label == "low"),
        "small talk": float(read.topic.label == "social"),
        "speaker": seen.turns_of[turn.author_id] / len(seen.heard.turns),
    }


def _has(named: Sequence[EntitySpan], label: str) -> float:
    return float(any(span.label == label for span in named))


def _matches(pattern: "re.Pattern[str]", text: str) -> float:
    return float(pattern.search(text) is not None)


def _centre(turns: Sequence[Turn]) -> tuple[float, ...]:
    """Mean of the embeddings, scaled to length 1."""
    sums = [sum(values) for values in zip(*(turn.reading.embedding for turn in turns), strict=True)]
    length = max(sum(value * value for value in sums) ** 0.5, 1e-12)
    return tuple(value / length for value in sums)
