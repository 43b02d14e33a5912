"""Do tags rest on the sentence that they cite? Without it, their probability should fall."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from plait_inference.labels import INTENT_TASK, INTENTS, SINGLE
from plait_inference.models.tagger import Tagger
from plait_inference.reading import Reading, Scored
from plait_inference.sentences import sentence_spans
from plait_inference.training.examples import Example
from plait_inference.training.predict import Raw, predict
from plait_inference.training.scores import Metrics, row

ROW: Final = "lower without the cited sentence"
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cited:
    """A tag of message ``index``: its task (``intents`` or one of ``SINGLE``), its label's place, what it cites."""

    index: int
    task: str
    label: int
    span: Span


def measure(tagger: Tagger, examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    """Share of the tags in messages of several sentences that lose by deletion of the cited sentence.

    As baseline, by deletion of the longest of the others. Single-label tags that say nothing special are left out;
    no row where no message has several sentences.
    """
    tags = [tag for index, reading in enumerate(readings) for tag in _tags(index, examples[index].text, reading)]
    if not tags:
        return {}
    others = [replace(tag, span=_longest_other(examples[tag.index].text, tag.span)) for tag in tags]
    cuts = sorted({(tag.index, tag.span) for tag in (*tags, *others)})
    before = predict(tagger, examples)
    after = predict(tagger, [_without(examples[index], span) for index, span in cuts])
    place = {cut: at for at, cut in enumerate(cuts)}

    def share(of: Sequence[Cited]) -> float:
        lower = [
            _probability(after, place[tag.index, tag.span], tag) < _probability(before, tag.index, tag) for tag in of
        ]
        return sum(lower) / max(len(lower), 1)

    return {ROW: row(share(tags), share(others), len(tags))}


def _tags(index: int, text: str, reading: Reading) -> Iterator[Cited]:
    if len(sentence_spans(text)) < 2:
        return
    for intent in reading.intents:
        yield Cited(index, INTENT_TASK, INTENTS.index(intent.label), (intent.start, intent.end))
    for task, usual in (("sentiment", "neutral"), ("urgency", "normal"), ("topic", "other"), ("harm", "none")):
        tag: Scored = getattr(reading, task)
        if tag.label != usual:
            yield Cited(index, task, SINGLE[task].index(tag.label), (tag.start, tag.end))


def _longest_other(text: str, cited: Span) -> Span:
    return max((span for span in sentence_spans(text) if span != cited), key=lambda span: span[1] - span[0])


def _without(example: Example, span: Span) -> Example:
    text = f"{example.text[: span[0]].rstrip()} {example.text[span[1] :].lstrip()}".strip()
    return Example(example.id, example.conversation, text, example.language)


def _probability(found: Raw, at: int, tag: Cited) -> float:
    return float(found.rows([at]).probabilities(tag.task)[0, tag.label])
