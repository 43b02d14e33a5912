"""What passed the check in the place of what was quoted; everything else stays as it was. Pure.

A summary covers the same messages with a generator as without: a sentence takes the place of the statements that it
says, and a statement that no sentence says stays. An answer says at least the part that was found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from plait_inference.answers.choice import Found
from plait_inference.answers.subject import Passage
from plait_inference.conversation import Digest, Participant, Statement, Turn
from plait_inference.language import language_of
from plait_inference.reading import Reading
from plait_inference.summary.choice import LIMITS
from plait_inference.wording import room
from plait_inference.writing.generator import Prompt
from plait_inference.writing.grounding import Written, grounded, says
from plait_inference.writing.lines import written
from plait_inference.writing.prompt import answer_prompt, numbered, summary_prompt
from plait_inference.writing.sources import Source, digest_sources, names_of, passage_sources
from plait_inference.writing.tokens import Names

SAID: Final = 0.6
"""The share of a statement's words that a sentence must say to take its place."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a generator is asked, and what it may say."""

    prompt: Prompt
    sources: Mapping[int, Source]
    names: Names


def summary_sheet(found: Digest, turns: Sequence[Turn], people: Sequence[Participant], tokens: int) -> Sheet | None:
    """For the summary of a conversation; None when nothing of it may be said."""
    everyone = [*people, *(Participant(turn.author_id, turn.author) for turn in turns)]
    names = names_of(everyone, ((turn.text, turn.reading) for turn in turns))
    sources = numbered(digest_sources(found, turns, everyone, names), tokens, found.language)
    return Sheet(summary_prompt(sources, found.language), sources, names) if sources else None


def rewritten(found: Digest, sheet: Sheet, text: str) -> Digest:
    """The digest with the sentences of ``text`` that stand; the very same digest if none does."""
    standing: list[_Part] = [_Part(item, (item,)) for item in found.summary]
    for one in written(text):
        used = grounded(one, sheet.sources, sheet.names)
        said = [part for part in standing if used and _is_said(part, one, used, sheet)]
        rest = [part for part in standing if part not in said]
        covered = tuple(item for part in said for item in part.covers)
        part = _Part(_statement(one, used, covered, sheet), covered)
        if said and _fits([*rest, part], found):
            standing.insert(standing.index(said[0]), part)
            standing = [part for part in standing if part not in said]
    summary = tuple(part.statement for part in standing)
    return found if [s.text for s in summary] == [s.text for s in found.summary] else replace(found, summary=summary)


def answer_sheet(
    question: str, found: Found, passages: Sequence[Passage], readings: Mapping[str, Reading], tokens: int
) -> Sheet | None:
    """For an answer that was found, from the passages that it rests on."""
    if found.text is None:
        return None
    named = [passage for passage in passages if passage.id in found.evidence]
    people = [Participant(passage.author, passage.author) for passage in passages]
    texts = ((passage.text, readings[passage.text]) for passage in named if passage.text in readings)
    names = names_of(people, texts)
    language = language_of(question)
    sources = numbered(passage_sources(named, names), tokens, language)
    return Sheet(answer_prompt(question, found.text, sources, language), sources, names) if sources else None


def reworded(found: Found, sheet: Sheet, text: str) -> Found:
    """The answer as a sentence, with the passages that say it; the very same if there is none that stands."""
    for one in written(text):
        used = grounded(one, sheet.sources, sheet.names)
        if used and found.text and _holds(one, found.text, sheet.sources[used[0]], sheet.names):
            resting = {sheet.sources[number].passage for number in used}
            return replace(found, text=one.text, evidence=tuple(id_ for id_ in found.evidence if id_ in resting))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement of the summary to be, and the quoted ones that it stands for; one of those stands for itself."""

    statement: Statement
    covers: tuple[Statement, ...]

    @property
    def is_quoted(self) -> bool:
        return self.covers == (self.statement,)


def _is_said(part: _Part, one: Written, used: Sequence[int], sheet: Sheet) -> bool:
    """Whether a sentence rests on the messages of a quoted statement and says enough of it."""
    if not part.is_quoted:
        return False
    messages = {place.message for number in used for place in sheet.sources[number].evidence}
    if not {place.message for place in part.statement.evidence} <= messages:
        return False
    return all(says(one.text, source, sheet.names) >= SAID for source in _quoting(part.statement, sheet))


def _quoting(statement: Statement, sheet: Sheet) -> Iterator[Source]:
    return (source for source in sheet.sources.values() if source.evidence == statement.evidence)


def _statement(one: Written, used: Sequence[int], covered: Sequence[Statement], sheet: Sheet) -> Statement:
    places = [place for number in used for place in sheet.sources[number].evidence]
    places += [place for item in covered for place in item.evidence]
    return Statement(one.text, tuple(dict.fromkeys(places)))


def _fits(parts: Sequence[_Part], found: Digest) -> bool:
    """Whether a summary keeps to the limits, or is at least no longer than the quoted one."""
    limit = LIMITS["zh" if found.language == "zh" else "en"]
    before = sum(room(item.text, found.language) for item in found.summary)
    return sum(room(part.statement.text, found.language) for part in parts) <= max(limit, before)


def _holds(one: Written, answer: str, source: Source, names: Names) -> bool:
    """Whether an answer's own words are all there."""
    return says(one.text, replace(source, text=answer, quoted=False), names) == 1.0
