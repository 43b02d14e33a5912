"""The questions that the answering is fitted on, and the fit itself, on readings made by hand."""

import pytest

from plait_inference.answers.choice import texts
from plait_inference.answers.weights import parse
from plait_inference.training.answers import answered, closest, fit, measure, rows_of, threshold
from plait_inference.training.answers_data import FOLDS, Item, fitted_on, fold_of, read
from tests.unit.inference.conftest import make_reading

np = pytest.importorskip("numpy")


def test_the_questions_are_many_and_a_third_has_no_answer() -> None:
    items = read()
    for language in ("en", "zh"):
        own = [item for item in items if item.language == language]
        absent = [item for item in own if not item.evidence]
        assert len(own) >= 120
        assert len({item.conversation for item in own}) >= 40
        assert 0.3 < len(absent) / len(own) < 0.4


def test_every_answer_stands_in_its_evidence() -> None:
    for item in read():
        texts_of_evidence = [p.text.lower() + p.author.lower() for p in item.passages if p.id in item.evidence]
        assert len(texts_of_evidence) == len(item.evidence)
        assert all(any(known.lower() in text for text in texts_of_evidence) for known in item.answers), item.question


def test_a_conversation_is_wholly_in_one_part() -> None:
    items = read()
    fitting = {item.conversation for item in items if fitted_on(item)}
    assert not fitting & {item.conversation for item in items if not fitted_on(item)}
    assert {fold_of(item) for item in items} == set(range(FOLDS))


def test_what_is_fitted_answers_better_than_the_closest_sentence() -> None:
    items = [item for item in read() if fitted_on(item)][::3]
    readings = {text: make_reading(text) for item in items for text in texts(item.question, item.passages)}
    record = fit(rows_of(items, readings))
    scores = measure(answered(items, readings, parse(record)))
    baseline = measure(closest(items, readings, 0.0))
    assert scores["evidence top-1"] > baseline["evidence top-1"]
    assert scores["not there recall"] > 0.5 > baseline["not there recall"]
    assert fit(rows_of(items, readings)) == record


def test_the_threshold_balances_both_kinds_of_questions() -> None:
    scores = np.asarray([0.9, 0.8, 0.3, 0.2])
    limit = threshold(scores, np.asarray([True, True, False, False]), np.asarray([True, True, False, False]))
    assert 0.3 < limit <= 0.8


def test_nothing_said_is_a_miss() -> None:
    item = Item("c", "en", "When?", (), frozenset({"1"}), ())
    assert measure(answered([item], {"When?": make_reading("When?")}, parse(fit_of_nothing())))["evidence top-1"] == 0.0


def fit_of_nothing() -> dict[str, object]:
    return {"threshold": 0.5, "bias": 0.0, "judging": {}, "ranking": {}}
