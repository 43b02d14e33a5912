"""What a conversation comes to: its summary, decisions, actions and questions. Pure."""

from collections import Counter
from collections.abc import Sequence

from plait_inference.binding.choice import binding
from plait_inference.bound import bound_actions
from plait_inference.conversation import Digest, Participant, Turn
from plait_inference.items import decisions, questions
from plait_inference.summary.choice import summary
from plait_inference.summary.heard import Heard
from plait_inference.wording import size


def digest(turns: Sequence[Turn], participants: Sequence[Participant] = ()) -> Digest:
    """Summary, decisions, actions and questions of ``turns``, which come in order of time."""
    if not turns:
        return Digest(language="other")
    found = heard(turns, participants)
    return Digest(
        language=found.language,
        summary=tuple(summary(found)),
        decisions=found.decisions,
        reversed=tuple(item for item in found.choices if item.reversed_by is not None),
        actions=found.actions,
        questions=found.questions,
    )


def heard(turns: Sequence[Turn], participants: Sequence[Participant]) -> Heard:
    """What a summary is made from; there must be a turn."""
    people = everyone(turns, participants)
    bound = binding(turns, people)
    return Heard(
        turns=turns,
        language=main_language(turns),
        bound=bound,
        choices=tuple(decisions(turns, bound.decisions)),
        actions=tuple(bound_actions(turns, people, bound.actions)),
        questions=tuple(questions(turns)),
    )


def everyone(turns: Sequence[Turn], participants: Sequence[Participant]) -> list[Participant]:
    """The participants given, and the authors."""
    return list(dict.fromkeys([*participants, *(Participant(turn.author_id, turn.author) for turn in turns)]))


def main_language(turns: Sequence[Turn]) -> str:
    """The language of most characters."""
    counts: Counter[str] = Counter()
    for turn in turns:
        counts[turn.reading.language] += size(turn.text, turn.reading.language)
    return counts.most_common(1)[0][0]
