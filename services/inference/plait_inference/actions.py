"""Who does what by when: commitments, and requests that someone took or was named for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from plait_inference.conversation import Action, Evidence, Participant, Turn
from plait_inference.dates import resolve
from plait_inference.items import evidence, similar, stated
from plait_inference.language import is_han
from plait_inference.wording import ANYONE, DEADLINE, DONE, EVERYONE, WITHDRAWN, overlap, size

TAKE_WITHIN: Final = 5
"""Messages after a request in which a commitment or agreement takes it."""
SPOT_WITHIN: Final = 3
SHORT_EN: Final = 5
SHORT_ZH: Final = 8
SAME_WORK: Final = 0.5
AGREEABLE: Final = ("request", "proposal", "commitment", "decision")


@dataclass(slots=True)
class Task:
    """A piece of work while the conversation is read; becomes an ``Action`` at the end.

    ``owner`` is the id of a participant.
    """

    asked: Turn | None
    what: str
    owner: str | None
    bound: bool
    turns: list[Turn] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    dropped: bool = False
    place: int = 0


def actions(turns: Sequence[Turn], participants: Sequence[Participant]) -> list[Action]:
    """The actions that stand at the end, in the order in which they came up."""
    tasks: list[Task] = []
    for index, turn in enumerate(turns):
        _close(tasks, turn, index)
        if turn.has("commitment"):
            _commit(tasks, turn, index)
        elif turn.has("agreement"):
            _take(tasks, turns, index)
        if turn.has("request"):
            tasks.append(_request(turn, index, participants))
    return [_action(task) for task in tasks if task.bound and not task.dropped]


def addressees(turn: Turn, participants: Sequence[Participant]) -> frozenset[str]:
    """Ids of those whom the first name in a message may mean; several where they share it, never its author.

    The longest form counts: "Tom Reed" is not every Tom.
    """
    start, end = turn.span_of("request")
    for text in (turn.text[start:end], turn.text):
        named = [
            (text.find(form), -len(form), person.id)
            for person in participants
            if person.name and person.id != turn.author_id
            for form in name_forms(person.name)
            if form in text
        ]
        if named:
            first = min(named)[:2]
            return frozenset(person for at, length, person in named if (at, length) == first)
    return frozenset()


def name_forms(name: str) -> list[str]:
    """How a participant is called: the whole name, the given name, ``小`` or ``老`` + surname."""
    if name and is_han(name[0]):
        given = [name[1:]] if len(name) > 2 else []
        return [name, *given, f"小{name[-1]}", f"小{name[0]}", f"老{name[0]}", f"{name[0]}工"]
    parts = name.split()
    return [name, *parts[:1]] if parts and len(parts[0]) > 1 else [name]


def _request(turn: Turn, index: int, participants: Sequence[Participant]) -> Task:
    """Work for whoever is named; when that may be several, someone is bound, but nobody knows who."""
    named = addressees(turn, participants)
    everyone = not named and bool(EVERYONE.search(turn.text)) and not ANYONE.search(turn.text)
    return Task(
        asked=turn,
        what=stated(turn, "request"),
        owner=next(iter(named)) if len(named) == 1 else None,
        bound=bool(named) or everyone,
        turns=[turn],
        evidence=[evidence(turn, "request")],
        place=index,
    )


def _commit(tasks: list[Task], turn: Turn, index: int) -> None:
    """A commitment takes the open request it answers, renews its own, or is a new task."""
    what = stated(turn, "commitment")
    task = _open_request(tasks, turn, index)
    short = _is_short(what, turn)
    if task is None or not (short or turn.has("agreement") or _about(task, turn)):
        task = next((own for own in tasks if _renews(own, turn, what)), None)
    if task is None:
        place = [evidence(turn, "commitment")]
        tasks.append(Task(None, what, turn.author_id, True, [turn], place, place=index))
        return
    task.owner, task.bound = turn.author_id, True
    task.turns.append(turn)
    task.evidence.insert(0, evidence(turn, "commitment"))
    if task.asked is None and not short:
        task.what = what


def _take(tasks: list[Task], turns: Sequence[Turn], index: int) -> None:
    """An agreement binds the request that it answers: the last thing that could be agreed to."""
    turn = turns[index]
    task = _open_request(tasks, turn, index)
    others = [other for other in turns[:index] if other.author_id != turn.author_id and other.has(*AGREEABLE)]
    if task is not None and others[-1:] == [task.asked]:
        task.owner, task.bound = turn.author_id, True
        task.evidence.insert(0, evidence(turn, "agreement"))
        task.turns.append(turn)


def _close(tasks: list[Task], turn: Turn, index: int) -> None:
    """Drop what was refused, withdrawn, or done on the spot."""
    for task in tasks:
        if task.dropped or task.place == index:
            continue
        recent = index - task.place <= SPOT_WITHIN
        last = task.turns[0]
        if task.asked and turn.author_id == task.asked.author_id and WITHDRAWN.search(turn.text):
            task.dropped = recent
        elif task.asked and turn.author_id == task.owner and _refuses(turn) and recent:
            task.dropped = True
        elif turn.has("status") and not turn.has("commitment") and DONE.search(turn.text):
            mine = turn.author_id == task.owner or task.owner is None
            task.dropped = mine and (similar(last, turn) or (recent and task.asked is not None))


def _refuses(turn: Turn) -> bool:
    return turn.has("objection") and not turn.has("agreement", "commitment")


def _open_request(tasks: Sequence[Task], turn: Turn, index: int) -> Task | None:
    """The request that an answer most likely means: for its author first, then the latest."""
    waiting = [
        task
        for task in tasks
        if task.asked is not None
        and not task.dropped
        and len(task.turns) == 1
        and task.asked.author_id != turn.author_id
        and index - task.place <= TAKE_WITHIN
        and task.owner in (None, turn.author_id)
    ]
    mine = [task for task in waiting if task.owner == turn.author_id]
    ranked = mine or waiting
    return ranked[-1] if ranked else None


def _about(task: Task, turn: Turn) -> bool:
    return task.owner == turn.author_id or similar(task.turns[0], turn)


def _renews(task: Task, turn: Turn, what: str) -> bool:
    return not task.dropped and task.owner == turn.author_id and overlap(task.what, what) >= SAME_WORK


def _is_short(what: str, turn: Turn) -> bool:
    language = turn.reading.language
    return size(what, language) <= (SHORT_ZH if language == "zh" else SHORT_EN)


def _action(task: Task) -> Action:
    for turn in reversed(task.turns):
        start, end = turn.span_of("commitment", "request", "agreement")
        times = [span for span in turn.reading.entities if span.label == "TIME" and start <= span.start < end]
        marked = [span for span in times if DEADLINE.search(turn.text[max(span.start - 7, 0) : span.end])]
        for span in (marked or times)[-1:]:
            due = turn.text[span.start : span.end]
            due_at = resolve(due, turn.time) if turn.time else None
            return Action(task.what, task.owner, due, due_at, tuple(task.evidence))
    return Action(task.what, task.owner, None, None, tuple(task.evidence))
