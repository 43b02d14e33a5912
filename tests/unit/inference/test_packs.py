"""Fitting and scoring over vectors that need no model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.batching import BatchBudget
from plait_inference.packs import kernel, platt
from plait_inference.packs.check import report
from plait_inference.packs.fit import Fit, fit, texts_of
from plait_inference.packs.fitted import Packs
from plait_inference.packs.load import fit_packs, in_use
from plait_inference.packs.pack import Pack
from plait_inference.packs_in_use import PacksInUse
from plait_inference.reading import Reading
from plait_schemas.records import Model
from plait_shared.errors import BadRecord, Misconfigured
from tests.unit.inference.conftest import FakeModel, make_reading
from tests.unit.inference.packs import PACK, pack, vector, vectors

OTHER = ("kind: one", "kind: one\nother: rest")
MANY = ("kind: one", "kind: many")


def fitted(of: Pack) -> Fit:
    return fit(of, vectors(texts_of(of)))


def said(of: Fit, text: str) -> list[str]:
    return [tag.label for tag in of.fitted.tags(vector(text))]


def test_a_message_gets_the_label_that_its_like_have() -> None:
    found = fitted(pack())
    assert [said(found, text) for text in ("a bug", "my lunch", "his invoice")] == [["defect"], ["food"], ["money"]]
    (tag,) = found.fitted.tags(vector("a bug"))
    assert (tag.pack, tag.version) == ("desk", pack().revision)
    assert 0.5 < tag.score <= 1
    assert found.accuracy == 1


def test_with_other_what_is_near_nothing_gets_it() -> None:
    found = fitted(pack(PACK, OTHER))
    assert said(found, "a bug") == ["defect"]
    (tag,) = found.fitted.tags(vector("the weather"))
    assert tag.label == "rest"
    assert tag.score > 0.5
    assert said(fitted(pack()), "the weather") != ["rest"]  # without it one of the labels is always the answer


def test_examples_of_other_are_counterexamples() -> None:
    of = pack(PACK, ("kind: one", "kind: one\nother: food"))
    found = fitted(of)
    assert said(found, "my lunch") == ["food"]
    assert "food" not in found.fitted.choice.labels
    assert all(one.right for one in found.held)


def test_many_labels_none_and_both() -> None:
    of = pack(PACK, MANY)
    found = fitted(of)
    assert said(found, "the weather") == []
    assert said(found, "a bug") == ["defect"]
    both = pack(
        PACK,
        MANY,
        ("bug four]", "bug four, bug lunch a, bug lunch b]"),
        ("lunch four]", "lunch four, bug lunch a, bug lunch b]"),
    )
    assert sorted(said(fitted(both), "bug at lunch")) == ["defect", "food"]


def test_a_threshold_moves_the_line() -> None:
    low, high = (fitted(pack(PACK, ("kind: one", f"kind: many\nthreshold: {t}"))) for t in (0.0001, 0.9999))
    assert len(said(low, "a bug")) > len(said(high, "a bug"))


def test_a_single_label_is_told_from_everything_else() -> None:
    of = pack(PACK[: PACK.index("  food")], MANY)
    found = fitted(of)
    assert (said(found, "a bug"), said(found, "my lunch")) == (["defect"], [])


def test_order_in_the_file_and_repetition_change_nothing() -> None:
    head, food, money = (
        PACK.partition("  food")[0],
        PACK[PACK.index("  food") : PACK.index("  money")],
        PACK[PACK.index("  money") :],
    )
    first, second = fitted(pack()), fitted(pack(head + money + food))
    for text in ("a bug", "the weather"):
        assert (
            first.fitted.tags(vector(text))
            == second.fitted.tags(vector(text))
            == fitted(pack()).fitted.tags(vector(text))
        )


@given(st.integers(0, 2**32 - 1))
def test_left_out_scores_are_those_of_a_fit_without_the_row(seed: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(7, 5))
    targets = np.eye(2)[[0, 1, 0, 1, 0, 1, 1]]
    centre = rows.mean(0)
    _, left_out = kernel.fit(rows, centre, targets)
    for place in range(len(rows)):
        rest = np.delete(np.arange(len(rows)), place)
        without, _ = kernel.fit(rows[rest], centre, targets[rest])
        assert without.score(rows[place : place + 1])[0] == pytest.approx(left_out[place], abs=1e-6)


@given(st.lists(st.tuples(st.floats(-2, 2), st.booleans()), min_size=2, max_size=60))
def test_a_sigmoid_grows_with_the_score_and_stays_finite(rows: list[tuple[float, bool]]) -> None:
    scores = np.array([score for score, _ in rows])
    found = platt.sigmoid(scores, np.array([float(holds) for _, holds in rows]), np.ones_like(scores))
    ends = found(np.array([-2.0, 0.0, 2.0]))
    assert np.isfinite(ends).all()
    assert 0 <= ends[0] <= ends[1] <= ends[2] <= 1


def test_a_sigmoid_is_calibrated_however_rare_what_it_looks_for() -> None:
    draw = np.random.default_rng(3)
    scores = draw.normal(size=20_000)
    holds = (draw.random(20_000) < 1 / (1 + np.exp(-(2 * scores - 6)))).astype(float)
    found = platt.sigmoid(scores, holds, np.ones_like(scores))
    assert found.slope == pytest.approx(2, abs=0.2)
    assert found.bias == pytest.approx(-6, abs=0.4)


def test_a_few_right_examples_are_no_proof() -> None:
    scores = np.eye(2)[[0, 1, 0, 1]]
    assert platt.softmax(scores, np.array([0, 1, 0, 1]))(scores).max() < 0.95


def test_the_revision_of_the_model_follows_the_packs() -> None:
    model = Model(name="office", revision="r1")
    first, second = (in_use([fitted(of)]) for of in (pack(), pack(PACK, ("lunch two", "lunch five"))))
    assert Packs().model(model) == model
    revisions = {packs.model(model).revision for packs in (Packs(), first, second)}
    assert len(revisions) == 3
    assert all(revision.startswith("r1") for revision in revisions)


def test_check_says_what_would_make_a_pack_better() -> None:
    lines = report(fitted(pack(PACK, ("lunch two", "bug of the lunch break"), ("lunch three", "a bug for lunch"))))
    text = "\n".join(lines)
    assert text.startswith("desk 1.0+")
    assert "leave-one-out accuracy" in lines[1]
    wrong = report(fitted(pack(PACK, ("lunch two", "bug five"))))
    assert "  defect / food: 1" in wrong
    assert any(line.startswith("  “bug five” is under food 0.") and "reads as defect 0." in line for line in wrong)
    assert "  food: 3 of 4" in wrong
    assert "  food: 4" in wrong  # few examples
    lonely = report(fitted(pack(PACK, OTHER, ("lunch two", "the weather"))))
    place = lonely.index("examples unlike the others of their label (add more of their kind):")
    assert lonely[place + 1].startswith("  “the weather” is under food 0.")
    assert "labels that are confused" not in "\n".join(lonely)


def test_the_model_reads_each_text_once_and_what_it_cannot_is_named() -> None:
    asked: list[str] = []

    def read(texts: Any) -> list[Any]:
        asked.extend(texts)
        return [
            BadRecord("boom") if "poison" in text else replace(make_reading(text), embedding=vector(text))
            for text in texts
        ]

    fits = fit_packs([pack(), pack(PACK, ("desk", "arch"), MANY)], read)
    assert [one.pack.name for one in fits] == ["desk", "arch"]
    assert len(asked) == len(set(asked))
    with pytest.raises(
        Misconfigured, match="pack desk, label food: the model can't read “poison two”: reword or remove"
    ):
        fit_packs([pack(PACK, ("lunch two", "poison two"))], read)


def test_packs_are_fitted_to_each_model_before_it_reads() -> None:
    class Desk(FakeModel):
        def encode(self, texts: Sequence[str]) -> list[Reading]:
            return [replace(make_reading(text), embedding=vector(text)) for text in texts]

    held = PacksInUse([pack()], BatchBudget())
    models = [Desk(), Desk(), Desk()]
    for number, model in enumerate(models):
        model.revision = f"r{number}"
        held.prepare(model)
    assert held.of(Model(name="fake", revision="r2")).fitted
    assert held.of(Model(name="fake", revision="r1")).fitted  # a batch that began with it
    with pytest.raises(KeyError):
        held.of(Model(name="fake", revision="r0"))


def test_without_packs_there_is_nothing_to_fit() -> None:
    held = PacksInUse([], BatchBudget())
    held.prepare(FakeModel())
    assert held.of(Model(name="fake", revision=FakeModel().revision)) == Packs()
