"""The actions of a conversation: the work that messages speak of, as far as a message binds somebody to it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plait_inference.actions import Task, about, action, open_request, request, tasks_of
from plait_inference.answers.orders import orders_a_machine
from plait_inference.binding.choice import Chosen
from plait_inference.conversation import Action, Evidence, Participant, Turn
from plait_inference.items import LIKELY
from plait_inference.wording import EVERYONE, YOU, forbids, tidy

PROMISING: Final = (
    "commitment",
    "agreement",
    "information",
    "status",
    "schedule",
    "social",
    "decision",
    "proposal",
)
"""What carries a promise that is not made as one."""

SPOKEN: Final = 0.4
"""The part of the threshold from which work stands that the tags speak of: readers differ in what is too small."""


def bound_actions(turns: Sequence[Turn], participants: Sequence[Participant], chosen: Chosen) -> list[Action]:
    """The actions that stand at the end, in order; ``chosen`` says which messages bind one."""

    def heard(tasks: list[Task], place: int) -> None:
        known = any(task.stands and task.evidence[0].message == turns[place].id for task in tasks)
        if place in chosen and not known:
            _bind(tasks, turns, place, participants)

    shares = {turn.id: share for turn, share in zip(turns, chosen.shares, strict=True)}
    tasks = tasks_of(turns, participants, heard)
    least = SPOKEN * chosen.threshold
    return [
        action(task, turns)
        for task in tasks
        if task.stands and max(shares[item.message] for item in task.evidence) >= least
    ]


def _bind(tasks: list[Task], turns: Sequence[Turn], place: int, participants: Sequence[Participant]) -> None:
    """A message that binds without saying so in its tags: who asks, gives the work; who doesn't, does it."""
    turn = turns[place]
    promised = max(turn.share("commitment"), turn.share("agreement"))
    gives = turn.share("decision") >= LIKELY > turn.share("commitment")
    if turn.share("request") > promised or gives:
        intent = "request" if turn.share("request") >= LIKELY else "decision"
        given = request(turn, place, participants, intent) or _asked_back(turns, place)
        if given is not None and not forbids(given.what):
            tasks[:] = [task for task in tasks if task.asked is not turn]
            tasks.append(replace(given, owner=given.owner or _answered(turns, place), bound=True))
        return
    start, end = turn.likeliest(*PROMISING)
    own = Evidence(turn.id, start, end)
    waiting = open_request(tasks, turn, place)
    if waiting is not None and (turn.has("agreement") or about(waiting, turn)):
        waiting.owner, waiting.bound = turn.author_id, True
        waiting.evidence.insert(0, own)
        waiting.turns.append(turn)
    else:
        tasks.append(Task(None, tidy(turn.text[start:end]), turn.author_id, True, [turn], [own], place=place))


def _asked_back(turns: Sequence[Turn], place: int) -> Task | None:
    """Work for whoever is answered: "Say yes", to someone who asked what to do."""
    turn = turns[place]
    if _answered(turns, place) is None:
        return None
    start, end = turn.likeliest("request", "decision")
    own = Evidence(turn.id, start, end)
    return Task(turn, tidy(turn.text[start:end]), None, True, [turn], [own], place=place, asked_at=(start, end))


def _answered(turns: Sequence[Turn], place: int) -> str | None:
    """Who wrote the message before, where this one agrees with it or says "you"; None where all are meant."""
    turn = turns[place]
    before = next((other for other in reversed(turns[:place]) if not orders_a_machine(other.text)), None)
    meant = turn.share("agreement") >= LIKELY or YOU.search(turn.text) is not None
    if before is None or not meant or before.author_id == turn.author_id:
        return None
    return None if EVERYONE.search(turn.text) else before.author_id
