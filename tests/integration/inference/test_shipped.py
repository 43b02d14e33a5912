"""The shipped tagger on sentences in both languages."""

from pathlib import Path

import numpy as np
import pytest

from plait_inference import reference
from plait_inference.labels import ENTITIES, INTENTS, SINGLE
from plait_inference.models.artefact import ARTEFACTS, DEFAULT_NAME
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.models.trunk import make_trunk
from plait_shared.errors import BadRecord
from tests.integration.inference.world import SENTENCES, mean_embeddings

pytestmark = [pytest.mark.model, pytest.mark.integration]


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return load_tagger(precision="float32")


def test_the_shipped_model_reads_both_languages(shipped: Tagger) -> None:
    readings = shipped.encode(SENTENCES)
    assert [reading.language for reading in readings] == ["en", "en", "en", "zh", "zh", "zh"]
    for text, reading in zip(SENTENCES, readings, strict=True):
        assert reading.intents
        assert all(item.label in INTENTS and text[item.start : item.end] for item in reading.intents)
        assert all(span.label in ENTITIES and text[span.start : span.end].strip() for span in reading.entities)
        assert reading.topic.label in SINGLE["topic"]
        assert abs(sum(value * value for value in reading.embedding) - 1) < 1e-3


def test_the_shipped_reference_is_that_of_the_shipped_model(shipped: Tagger) -> None:
    found = reference.read(ARTEFACTS / DEFAULT_NAME, shipped.revision)
    assert found is not None
    assert found.messages > 1000
    assert all(sum(found.shares[task].values()) == pytest.approx(1, abs=1e-4) for task in SINGLE)


@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        (0, "request"),
        (2, "blocker"),
        (4, "question"),
        (5, "commitment"),
    ],
)
def test_plain_sentences_carry_the_intent_that_anyone_would_name(shipped: Tagger, sentence: int, intent: str) -> None:
    [reading] = shipped.encode([SENTENCES[sentence]])
    assert reading.has(intent)


def test_neighbours_in_a_batch_do_not_change_a_reading(shipped: Tagger) -> None:
    together = shipped.encode(SENTENCES)
    for text, reading in zip(SENTENCES, together, strict=True):
        [alone] = shipped.encode([text])
        assert [item.label for item in alone.intents] == [item.label for item in reading.intents]
        assert [(e.start, e.end, e.label) for e in alone.entities] == [
            (e.start, e.end, e.label) for e in reading.entities
        ]
        assert float(np.dot(alone.embedding, reading.embedding)) > 0.9999


@pytest.mark.parametrize("text", ["👍", "?", "a" * 3000, "。。。", "\u200b", "ﷺ", "x\n\n\ty", "e\u0301" * 9])
def test_odd_texts_have_a_reading_or_a_clear_error(shipped: Tagger, text: str) -> None:
    [reading] = shipped.encode([text])
    assert reading.intents
    assert all(0 <= span.start < span.end <= len(text) for span in reading.entities)


def test_a_long_message_is_read_to_its_end(shipped: Tagger) -> None:
    text = "The weather report is attached for your information. " * 80 + "Mara Lindholm will meet us in Lisbon."
    [reading] = shipped.encode([text])
    assert "Mara Lindholm" in [text[span.start : span.end] for span in reading.entities]


def test_an_empty_text_is_a_bad_record(shipped: Tagger) -> None:
    with pytest.raises(BadRecord):
        shipped.encode([" \n"])


def test_the_embedding_stays_close_to_the_untouched_trunks(shipped: Tagger, tmp_path: Path) -> None:
    plain = mean_embeddings(make_trunk(tmp_path / "trunk"), SENTENCES)
    own = np.asarray([reading.embedding for reading in shipped.encode(SENTENCES)])
    assert (plain * own).sum(1).min() > 0.9
