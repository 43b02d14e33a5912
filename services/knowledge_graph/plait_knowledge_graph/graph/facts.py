"""What one enriched message states: pure, from its text, its tags and the rules of ``ways_*.py``."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plait_knowledge_graph.graph import cues, ways_state, ways_ties, ways_work
from plait_knowledge_graph.graph.masking import LETTERS, Masked, Sentence, Thing, mask
from plait_knowledge_graph.graph.names import MAX_NAME, PERSON, STATUS, Ref
from plait_knowledge_graph.graph.patterns import Rule
from plait_schemas.records import IdentityKind, Message, Tags

RULES = [(rule, rule.needs) for rule in (*ways_work.RULES, *ways_state.RULES, *ways_ties.RULES)]
EVERY_LETTER = frozenset(LETTERS.values()) | {"D"}
LETTER = re.compile(r"⟦\d+(\w)⟧")
TOKEN = re.compile(r"⟦(\d+)\w⟧")
UNSETTLED = frozenset({"proposal", "question"})
SETTLED = frozenset({"decision", "commitment", "status", "schedule", "blocker", "request", "information"})
STATES = ("open", "in_progress", "blocked", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Statement:
    """Subject, predicate, object, as a message names them; ``confidence``: the lowest score among what it rests on."""

    predicate: str
    subject: Ref
    object: Ref
    start: int
    end: int
    confidence: float


def statements(message: Message, tags: Tags) -> list[Statement]:
    """All facts that a message states, in the order of its text; each subject, predicate and object once."""
    scores = {tag.label: tag.score for tag in tags.intents}
    intents = frozenset(scores)
    if not _fitting(intents, EVERY_LETTER):
        return []
    masked = mask(message, tags)
    found: dict[tuple[str, Ref, Ref], Statement] = {}
    for sentence in masked.sentences:
        rules = _fitting(intents, frozenset(LETTER.findall(sentence.text)))
        for rule in _stating(rules, sentence.text, intents):
            for statement in _matches(rule, sentence, masked, message, _score(rule, scores)):
                found.setdefault((statement.predicate, statement.subject, statement.object), statement)
    return sorted(found.values(), key=lambda s: (s.start, s.end, s.predicate, s.subject.name, s.object.name))


@lru_cache(maxsize=2**12)
def _fitting(intents: frozenset[str], letters: frozenset[str]) -> tuple[Rule, ...]:
    """The rules for sentences with things of these letters, in messages of these intents."""
    if not letters:
        return ()
    return tuple(rule for rule, needs in RULES if _allows(rule, intents) and all(letters & need for need in needs))


def _allows(rule: Rule, intents: frozenset[str]) -> bool:
    return rule.structural or (bool(rule.intents & intents) and not _unsettled(intents))


def _stating(rules: Sequence[Rule], sentence: str, intents: frozenset[str]) -> Sequence[Rule]:
    """The rules that may apply: none to what is asked or supposed, but a polite question may be a request."""
    if not rules:
        return ()
    if not (cues.asked(sentence) or cues.hypothetical(sentence)):
        return rules
    text = cues.politely(sentence)
    if "request" not in intents or cues.asked(text) or cues.hypothetical(text):
        return ()
    return [rule for rule in rules if rule.polite]


def _unsettled(intents: frozenset[str]) -> bool:
    if "proposal" in intents:
        return not intents & {"decision", "commitment"}
    return bool(UNSETTLED & intents) and not SETTLED & intents


def _score(rule: Rule, scores: dict[str, float]) -> float:
    if rule.structural:
        return 1.0
    return max(score for label, score in scores.items() if label in rule.intents)


def _matches(
    rule: Rule, sentence: Sentence, masked: Masked, message: Message, intent_score: float
) -> Iterator[Statement]:
    for match in rule.pattern.finditer(sentence.text):
        groups = {name: text for name, text in match.groupdict().items() if text is not None}
        cue = next((match.span(name) for name in groups if _state(name)), (0, 0))
        if cues.negated(sentence.text, match.start(), match.end(), cue):
            continue
        subject = _thing(groups.get("s"), masked) or _only_subject(rule, sentence, match.start(), masked)
        author = _author(message) if "me" in groups else None
        state = next((_state(name) for name in groups if _state(name)), None)
        target = _thing(groups.get("o"), masked)
        left = subject.ref if subject else author
        right = target.ref if target else (Ref(STATUS, state) if state else author)
        if left is None or right is None:
            continue
        named = [thing for thing in (subject, target) if thing is not None]
        start = min([sentence.origin[match.start()], *(thing.start for thing in named)])
        end = max([sentence.origin[match.end()], *(thing.end for thing in named)])
        confidence = min([intent_score, *(thing.score for thing in named)])
        yield Statement(rule.predicate, left, right, start, end, confidence)


def _state(group: str) -> str:
    name = group.rstrip("0123456789")
    return name if name in STATES else ""


def _thing(token: str | None, masked: Masked) -> Thing | None:
    match = TOKEN.search(token) if token else None
    return masked.things[int(match.group(1))] if match else None


def _only_subject(rule: Rule, sentence: Sentence, at: int, masked: Masked) -> Thing | None:
    """For a rule without subject: the only one of the sentence up to ``at``, else in it, else before, else at all."""
    labels = {label for label, letter in LETTERS.items() if letter in rule.subjects}
    so_far, here = (
        [masked.things[int(number)] for number in TOKEN.findall(text)] for text in (sentence.text[:at], sentence.text)
    )
    before = [thing for thing in masked.things if thing.start < sentence.origin[0]]
    for candidates in (so_far, here, before, masked.things):
        fitting = [thing for thing in candidates if thing.ref.label in labels]
        if len({thing.ref.name.casefold() for thing in fitting}) == 1:
            return fitting[0]
    return None


def _author(message: Message) -> Ref | None:
    name = message.author.name
    if not name or len(name) > MAX_NAME or message.author.kind is IdentityKind.BOT:
        return None
    return Ref(PERSON, name, message.author.id)
