"""Which messages bind a decision or an action. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from plait_inference.answers.orders import orders_a_machine
from plait_inference.binding.features import features
from plait_inference.binding.scene import scene
from plait_inference.binding.weights import Weighing, Weights, shipped
from plait_inference.conversation import Participant, Turn


@dataclass(frozen=True, slots=True)
class Chosen:
    """The probability of each message that it binds, in order; from ``threshold`` on it does."""

    shares: tuple[float, ...]
    threshold: float

    def __contains__(self, place: object) -> bool:
        return isinstance(place, int) and self.shares[place] >= self.threshold


@dataclass(frozen=True, slots=True)
class Binding:
    """The messages that bind decisions, and those that bind actions."""

    decisions: Chosen
    actions: Chosen


def binding(turns: Sequence[Turn], people: Sequence[Participant], weights: Weights | None = None) -> Binding:
    """The choice for a conversation; the shipped weights unless others are given.

    What gives orders to a machine binds nobody, and changes nothing for the messages around it.
    """
    known = weights or shipped()
    heard = [place for place, turn in enumerate(turns) if not orders_a_machine(turn.text)]
    seen = scene([turns[place] for place in heard], people)
    rows = {place: features(seen, at) for at, place in enumerate(heard)}

    def chosen(kind: Weighing) -> Chosen:
        shares = (kind.share(rows[place]) if place in rows else 0.0 for place in range(len(turns)))
        return Chosen(tuple(shares), kind.threshold)

    return Binding(chosen(known.decisions), chosen(known.actions))
