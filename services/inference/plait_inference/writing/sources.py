"""What may be said, and what it rests on: the statements of a digest, the sentences of passages. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from plait_inference.addressing import name_forms
from plait_inference.answers.orders import orders_a_machine
from plait_inference.answers.subject import NAMED, Passage
from plait_inference.conversation import Action, Digest, Evidence, Participant, Question, Statement, Turn
from plait_inference.reading import Reading
from plait_inference.sentences import sentence_spans
from plait_inference.writing.tokens import Names, plain

Sort = Literal["said", "decision", "action", "question"]
REQUEST: Final = re.compile(
    r"^(?:and |so |then )?(?:(?:can|could|would|will) you (?:please )?|please |pls |i(?:'ll| will| can) |let me )"
    r"|^(?:那|好的?[，,]?)?(?:麻烦|请|劳烦|辛苦|你|您|我)+(?:来|去|会|这就|先|帮忙|帮我)*",
    re.IGNORECASE,
)
"""How a piece of work is asked for or promised; without it stands what is to be done."""
MAX_CHARS: Final = 600
"""A longer text is quoted or left out, never worded anew."""
MARKS: Final = "?？!！.。 "


@dataclass(frozen=True, slots=True)
class Source:
    """A text that a sentence may rest on, without the name before it.

    ``quoted`` says that it is shown with its speaker's name; ``i`` and ``you`` are the keys of whom it means by them,
    ``said_at`` when; ``passage`` is the passage that it is a sentence of. Of one that is ``owed`` it must be said who
    said it.
    """

    sort: Sort
    text: str
    evidence: tuple[Evidence, ...] = ()
    speaker: str = ""
    quoted: bool = False
    i: str = ""
    you: str = ""
    said_at: datetime | None = None
    passage: str = ""
    owed: bool = False

    def shown(self) -> str:
        """The text as people read it."""
        return f"{self.speaker}: {self.text}" if self.quoted else self.text


def names_of(people: Iterable[Participant], texts: Iterable[tuple[str, Reading]]) -> Names:
    """Every form of every participant's name, and what the model took for a name in the texts."""
    meant: dict[str, set[str]] = {}
    for person in people:
        for form in name_forms(person.name) if person.name.strip() else ():
            meant.setdefault(plain(form).casefold(), set()).add(person.id)
    forms = {form: " ".join(sorted(f"<{one}>" for one in ids)) for form, ids in meant.items()}
    for text, reading in texts:
        for span in reading.entities:
            surface = plain(text[span.start : span.end]).casefold()
            if span.label in NAMED:
                forms.setdefault(surface, surface)
    return Names.of(forms)


def digest_sources(found: Digest, turns: Sequence[Turn], people: Sequence[Participant], names: Names) -> list[Source]:
    """The digest's statements, its summary's first; none that rests on a text that gives orders to a machine."""
    by_id = {turn.id: turn for turn in turns}
    shown = {person.id: person.name for person in people} | {turn.author_id: turn.author for turn in turns}
    decided = {item.text for item in found.decisions}
    rows: list[Source] = []
    for item in found.summary:
        rows.append(_statement(item, by_id, names, "decision" if item.text in decided else "said"))
    summed = {item.text for item in found.summary}
    rows += [_statement(item, by_id, names, "decision") for item in found.decisions if item.text not in summed]
    rows += [_action(item, by_id, shown, names) for item in found.actions]
    rows += [_question(item, by_id, names) for item in found.questions if item.answered_by is None]
    known = {(row.text, row.speaker) for row in rows if row.sort != "question"}
    return [row for row in rows if _may_be_said(row, by_id) and not _repeats(row, known)]


def passage_sources(passages: Iterable[Passage], names: Names) -> list[Source]:
    """Each sentence of each passage."""
    return list(_sentences(passages, names))


def _sentences(passages: Iterable[Passage], names: Names) -> Iterator[Source]:
    for passage in passages:
        if orders_a_machine(passage.text) or orders_a_machine(passage.author):
            continue
        me = _key(names, passage.author)
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if len(text) > MAX_CHARS:
                continue
            said = Source("said", text, (), passage.author, bool(passage.author), me, "", passage.time, passage.id)
            yield said


def _statement(item: Statement, by_id: Mapping[str, Turn], names: Names, sort: Sort) -> Source:
    turn = by_id[item.evidence[0].message]
    text = item.text
    prefix = next((p for p in (f"{turn.author}: ", f"{turn.author}：") if text.startswith(p)), "")
    me = _key(names, turn.author)
    said = Source(sort, text[len(prefix) :], item.evidence, turn.author, bool(prefix), me, "", turn.time)
    return replace(said, owed=bool(prefix))


def _action(item: Action, by_id: Mapping[str, Turn], shown: Mapping[str, str], names: Names) -> Source:
    """Work as a sentence of its owner: "Tom fix the login timeout by Friday"."""
    turn = by_id[item.evidence[-1].message]
    owner = shown.get(item.owner or "", "")
    what = REQUEST.sub("", plain(item.what), count=1).strip(MARKS)
    due = f" {item.due}" if item.due and plain(item.due).casefold() not in what.casefold() else ""
    text = " ".join(filter(None, (owner, what))) + due
    return Source("action", text, item.evidence, owner, False, _key(names, turn.author), _key(names, owner), turn.time)


def _question(item: Question, by_id: Mapping[str, Turn], names: Names) -> Source:
    turn = by_id[item.evidence[0].message]
    me = _key(names, turn.author)
    return Source("question", item.text, item.evidence, turn.author, True, me, "", turn.time, owed=True)


def _may_be_said(row: Source, by_id: Mapping[str, Turn]) -> bool:
    texts = [row.shown(), *(by_id[place.message].text for place in row.evidence)]
    return bool(row.text.strip()) and len(row.text) <= MAX_CHARS and not any(map(orders_a_machine, texts))


def _repeats(row: Source, known: set[tuple[str, str]]) -> bool:
    return row.sort == "question" and (row.text, row.speaker) in known


def _key(names: Names, name: str) -> str:
    return names.keys.get(plain(name).casefold(), "")
