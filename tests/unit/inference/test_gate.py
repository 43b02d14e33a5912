"""A candidate may take over when it loses nowhere."""

import pytest

from plait_inference.training.gate import Change, changes, losses, table
from plait_inference.training.scores import Metrics


def scores(**tasks: float) -> dict[str, Metrics]:
    """The same for the whole and for a language."""
    rows: Metrics = {task: {"model": value, "baseline": 0.1, "support": 400.0} for task, value in tasks.items()}
    return {"all": rows, "en": rows}


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        (0.8, 0.9, False),
        (0.8, 0.8, False),
        (0.8, 0.795, False),
        (0.8, 0.7949, True),
        (0.8, None, True),
        (0.8, float("nan"), True),
        (None, 0.1, False),
    ],
)
def test_half_a_point_may_be_lost_and_no_more(before: float | None, after: float | None, lost: bool) -> None:
    assert Change("march", "intents", before, after).lost is lost


def test_one_task_on_one_set_is_enough_to_refuse() -> None:
    march = changes("march", scores(intents=0.80, topic=0.70), scores(intents=0.90, topic=0.70))
    june = changes("june", scores(intents=0.80, topic=0.70), scores(intents=0.99, topic=0.69))
    assert losses(march) == []
    [lost] = losses([*march, *june])
    assert (lost.set, lost.task, lost.before, lost.after, lost.support) == ("june", "topic", 0.70, 0.69, 400.0)


def test_wholes_decide_and_conversations_count_too() -> None:
    before = scores(intents=0.8) | {"conversations held out": {"actions F1": {"model": 0.5, "support": 113.0}}}
    after = scores(intents=0.8) | {"conversations held out": {"actions F1": {"model": 0.4, "support": 113.0}}}
    after |= {"en": {}, "conversations held out, en": {}, "intent (F1)": {}}
    found = changes("march", before, after)
    assert [change.task for change in found] == ["intents", "conversations held out: actions F1"]
    assert [change.task for change in losses(found)] == ["conversations held out: actions F1"]


def test_a_handful_of_cases_is_shown_and_does_not_decide() -> None:
    before: dict[str, Metrics] = {"all": {"harm": {"model": 0.9, "baseline": 0.1, "support": 11.0}}}
    after: dict[str, Metrics] = {"all": {"harm": {"model": 0.8, "baseline": 0.1, "support": 11.0}}}
    found = changes("march", before, after)
    assert losses(found) == []
    assert "lower, by too few cases to decide" in table(found)


def test_the_table_says_before_after_and_what_is_lost() -> None:
    lines = table(changes("march", scores(intents=0.8, topic=0.7), scores(intents=0.8))).splitlines()
    assert lines[2:] == ["| march | intents | 0.8000 | 0.8000 |  |", "| march | topic | 0.7000 | none | lost |"]
