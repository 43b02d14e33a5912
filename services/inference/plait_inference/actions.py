"""Who does what by when: commitments, and requests that someone took or was named for. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from plait_inference.addressing import called
from plait_inference.conversation import Action, Evidence, Participant, Turn
from plait_inference.due import due_of, moment
from plait_inference.items import evidence, similar, stated
from plait_inference.sentences import sentence_spans
from plait_inference.wording import (
    ANYONE,
    AT_ONCE,
    BACK,
    CUES,
    DEADLINE,
    DONE,
    EVERYONE,
    GIVES,
    WITHDRAWN,
    forbids,
    is_formula,
    overlap,
    says_little,
    size,
    tidy,
)

TAKE_WITHIN: Final = 5
"""Messages after a request in which a commitment or agreement takes it."""
SPOT_WITHIN: Final = 3
SHORT_EN: Final = 5
SHORT_ZH: Final = 8
SAME_WORK: Final = 0.5
ASKING: Final = ("request", "decision")
"""A decision that names somebody gives work, as a request does."""
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
    asked_at: tuple[int, int] | None = None

    @property
    def stands(self) -> bool:
        """Whether somebody is bound, and it was not dropped."""
        return self.bound and not self.dropped


def tasks_of(
    turns: Sequence[Turn],
    participants: Sequence[Participant],
    heard: Callable[[list[Task], int], None],
) -> list[Task]:
    """All work that was asked for, promised or given, in the order in which it came up.

    After each message ``heard`` may change what there is so far; it gets the message's place.
    """
    tasks: list[Task] = []
    for index, turn in enumerate(turns):
        _close(tasks, turn, index)
        gives = _gives(turn, participants)
        if turn.has("commitment") and not gives:
            _commit(tasks, turn, index)
        elif turn.has("agreement"):
            _take(tasks, turns, index)
        intent = next((label for label in ASKING if turn.has(label)), "commitment" if gives else None)
        if intent and (task := request(turn, index, participants, intent)):
            tasks.append(task)
        heard(tasks, index)
    return tasks


def _gives(turn: Turn, participants: Sequence[Participant]) -> bool:
    """Whether what reads like a promise is somebody else's work: it begins with their name, and doesn't call them."""
    if not turn.has("commitment"):
        return False
    what = stated(turn, "commitment")
    found = called(what, [person for person in participants if person.id != turn.author_id])
    return found is not None and found.start == 0 and GIVES.match(what, found.end) is not None


def _addressed(turn: Turn, participants: Sequence[Participant], intent: str) -> tuple[tuple[int, int], frozenset[str]]:
    """The sentence that asks, or the one with a name when it has none, and the ids of those whom the first name may
    mean, never the author's; a salutation asks nothing."""
    others = [person for person in participants if person.id != turn.author_id]
    own = turn.likeliest(intent)
    elsewhere = [] if intent == "decision" else sentence_spans(turn.text)
    for span in (own, *elsewhere):
        sentence = turn.text[slice(*span)]
        if found := called(sentence, others):
            calls = is_formula(sentence) or says_little(sentence[found.end :], turn.reading.language)
            return own if calls else span, found.ids
    return own, frozenset()


def request(turn: Turn, index: int, participants: Sequence[Participant], intent: str) -> Task | None:
    """Work for whoever is named; when that may be several, someone is bound, but nobody knows who.

    None for what only forbids, and for a decision that gives nobody work.
    """
    (start, end), named = _addressed(turn, participants, intent)
    what = tidy(turn.text[start:end])
    if says_little(what, turn.reading.language) or forbids(what) or (intent == "decision" and not named):
        return None
    everyone = not named and bool(EVERYONE.search(turn.text)) and not ANYONE.search(turn.text)
    return Task(
        asked=turn,
        what=what,
        owner=next(iter(named)) if len(named) == 1 else None,
        bound=bool(named) or everyone,
        turns=[turn],
        evidence=[Evidence(turn.id, start, end)],
        place=index,
        asked_at=(start, end),
    )


def _commit(tasks: list[Task], turn: Turn, index: int) -> None:
    """A commitment takes the open request it answers, renews its own, or is a new task."""
    what = stated(turn, "commitment")
    task = open_request(tasks, turn, index)
    short = _is_short(what, turn)
    taken = task is not None and (short or turn.has("agreement") or about(task, turn))
    if _at_once(turn, what):
        if task is not None and taken:
            task.dropped = True
        return
    if not taken:
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


def _at_once(turn: Turn, what: str) -> bool:
    """Whether it is done on the spot, and no work that stays; what has a deadline stays."""
    times = [moment(turn, span) for span in turn.reading.entities if span.label == "TIME"] if turn.time else []
    today = turn.time.date().isoformat() if turn.time else ""
    if DEADLINE.search(what) or any(time and time[:10] > today for time in times):
        return False
    done = turn.has("status") and DONE.search(what) is not None and not CUES["commitment"].search(what)
    return done or AT_ONCE.search(what) is not None


def _take(tasks: list[Task], turns: Sequence[Turn], index: int) -> None:
    """An agreement binds the request that it answers: the last thing that could be agreed to."""
    turn = turns[index]
    task = open_request(tasks, turn, index)
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


def open_request(tasks: Sequence[Task], turn: Turn, index: int) -> Task | None:
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


def about(task: Task, turn: Turn) -> bool:
    return task.owner == turn.author_id or similar(task.turns[0], turn)


def _renews(task: Task, turn: Turn, what: str) -> bool:
    return not task.dropped and task.owner == turn.author_id and overlap(task.what, what) >= SAME_WORK


def _is_short(what: str, turn: Turn) -> bool:
    language = turn.reading.language
    return size(what, language) <= (SHORT_ZH if language == "zh" else SHORT_EN)


def action(task: Task, turns: Sequence[Turn]) -> Action:
    """What stands of it, in the conversation of ``turns``."""
    due, due_at = due_of(task.turns, task.asked, task.asked_at, _appointing(task, turns))
    return Action(task.what, task.owner, due, due_at, tuple(task.evidence))


def _appointing(task: Task, turns: Sequence[Turn]) -> list[Turn]:
    """What others say beside the message that binds: an appointment just before that it is about, consent after it."""
    at = next(place for place, turn in enumerate(turns) if turn.id == task.evidence[0].message)
    before = [turn for turn in turns[max(at - 1, 0) : at] if turn.has("schedule") and _follows(turns[at], turn)]
    after = [turn for turn in turns[at + 1 : at + 2] if turn.has("agreement")]
    return [turn for turn in (*before, *after) if turn.author_id != turns[at].author_id]


def _follows(turn: Turn, last: Turn) -> bool:
    """Whether a message goes on with what was said last: it agrees, is short, refers back, or is about the same."""
    what = stated(turn, "commitment")
    refers = _is_short(what, turn) or BACK.search(what) is not None
    return turn.has("agreement") or refers or similar(turn, last)
