"""Scores of readings against annotations, each beside the majority baseline. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from plait_inference.labels import INTENTS, SINGLE
from plait_inference.reading import Reading
from plait_inference.training.examples import Example

Metrics = dict[str, dict[str, float]]
MICRO: Final = "intents micro-F1"
MACRO: Final = "intents macro-F1"
ENTITY: Final = "entities F1 (exact span and label)"


def score(examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    """``{task: {"model", "baseline", "support"}}`` over fully annotated examples."""
    gold = [item.intents or frozenset() for item in examples]
    said = [frozenset(intent.label for intent in reading.intents) for reading in readings]
    common = frozenset({Counter(label for row in gold for label in row).most_common(1)[0][0]})
    usual = [common] * len(gold)
    support = float(sum(map(len, gold)))
    table: Metrics = {
        MICRO: row(micro_f1(gold, said), micro_f1(gold, usual), support),
        MACRO: row(macro_f1(gold, said), macro_f1(gold, usual), support),
        ENTITY: row(*entity_f1(examples, readings)),
    }
    for task in SINGLE:
        wanted = [item.singles[task] for item in examples]
        given = [str(getattr(reading, task).label) for reading in readings]
        most = Counter(wanted).most_common(1)[0][0]
        flat = [most] * len(wanted)
        table[f"{task} accuracy"] = row(accuracy(wanted, given), accuracy(wanted, flat), len(wanted))
        table[f"{task} macro-F1"] = row(single_macro_f1(wanted, given), single_macro_f1(wanted, flat), len(wanted))
    return table


def intent_rows(examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    """F1 of each intent, beside always saying it."""
    gold = [item.intents or frozenset() for item in examples]
    said = [frozenset(intent.label for intent in reading.intents) for reading in readings]
    rows: Metrics = {}
    for label in INTENTS:
        wanted = [label in row for row in gold]
        given = [label in row for row in said]
        rows[label] = row(f1(wanted, given), f1(wanted, [True] * len(wanted)), sum(wanted))
    return rows


def f1(wanted: Sequence[bool], given: Sequence[bool]) -> float:
    """F1 of a yes-or-no label; 0 without a hit."""
    hits = sum(w and g for w, g in zip(wanted, given, strict=True))
    return 2 * hits / max(sum(wanted) + sum(given), 1)


def micro_f1(gold: Sequence[frozenset[str]], said: Sequence[frozenset[str]]) -> float:
    """F1 over all (message, label) pairs."""
    hits = sum(len(w & g) for w, g in zip(gold, said, strict=True))
    return 2 * hits / max(sum(map(len, gold)) + sum(map(len, said)), 1)


def macro_f1(gold: Sequence[frozenset[str]], said: Sequence[frozenset[str]]) -> float:
    """Mean F1 over the labels that occur."""
    labels = sorted({label for row in gold for label in row})
    values = [f1([label in row for row in gold], [label in row for row in said]) for label in labels]
    return sum(values) / max(len(values), 1)


def single_macro_f1(wanted: Sequence[str], given: Sequence[str]) -> float:
    """Mean F1 over the classes that occur in the annotation."""
    values = [f1([label == one for one in wanted], [label == one for one in given]) for label in sorted(set(wanted))]
    return sum(values) / max(len(values), 1)


def accuracy(wanted: Sequence[str], given: Sequence[str]) -> float:
    """Share of equal labels."""
    return sum(map(str.__eq__, wanted, given)) / max(len(wanted), 1)


def entity_f1(examples: Sequence[Example], readings: Sequence[Reading]) -> tuple[float, float, float]:
    """F1 over exact spans with label, the baseline (no entity: 0), and the gold count."""
    hits = wanted = given = 0
    for example, reading in zip(examples, readings, strict=True):
        gold = set(example.entities or ())
        said = {(span.start, span.end, span.label) for span in reading.entities}
        hits, wanted, given = hits + len(gold & said), wanted + len(gold), given + len(said)
    return 2 * hits / max(wanted + given, 1), 0.0, float(wanted)


def row(model: float, baseline: float, support: float) -> dict[str, float]:
    """One row of a table."""
    return {"model": round(model, 4), "baseline": round(baseline, 4), "support": float(support)}
