"""The topic of a message with its conversation."""

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.batching import BatchBudget
from plait_inference.handlers import InferenceHandler, Read
from plait_inference.labels import TOPICS
from plait_inference.offline import enrich
from plait_inference.reading import Reading
from plait_inference.topics import Conversations, Evidence, with_context
from plait_schemas.records import Enrichment, Model
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received
from tests.builders import message

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def about(reading: Reading, **shares: float) -> Reading:
    """The reading with these probabilities; the rest is shared by the other topics."""
    rest = (1 - sum(shares.values())) / (len(TOPICS) - len(shares))
    return replace(reading, topics=tuple(shares.get(topic, rest) for topic in TOPICS))


@pytest.fixture
def vague(readings: dict[str, Reading]) -> Reading:
    return about(readings["vague"], sales=0.3, legal=0.25)


@pytest.fixture
def clear(readings: dict[str, Reading]) -> Reading:
    return about(readings["clear"], legal=0.9)


@pytest.fixture
def readings(model: Any) -> dict[str, Reading]:
    return dict(zip(("vague", "clear"), model.encode(["ok, will do", "the clause on liability"]), strict=True))


def test_a_vague_message_takes_the_topic_of_its_context(vague: Reading, clear: Reading) -> None:
    assert with_context(vague, []).topic.label == "sales"
    found = with_context(vague, [clear])
    assert found.topic.label == "legal"
    assert (found.topic.start, found.topic.end) == (vague.topic.start, vague.topic.end)
    assert replace(found, topic=vague.topic) == vague


def test_conversations_of_a_file_do_not_mix(vague: Reading, clear: Reading) -> None:
    conversations = Conversations()
    first = conversations.hear([("a", vague), ("b", vague), (None, vague), ("a", clear)])
    assert [r.topic.label for r in first] == ["legal", "sales", vague.topic.label, "legal"]
    assert [r.topic.label for r in conversations.hear([("a", vague), ("b", vague)])] == ["legal", "sales"]


@given(st.lists(st.integers(0, len(TOPICS) - 1), min_size=1, max_size=30))
def test_the_order_of_the_texts_does_not_matter(tops: Sequence[int]) -> None:
    def total(order: Sequence[int]) -> tuple[str, float]:
        evidence = Evidence()
        for top in order:
            shares = tuple(0.5 if place == top else 0.5 / 13 for place in range(len(TOPICS)))
            evidence = Evidence(
                tuple(log + share for log, share in zip(evidence.logs, shares, strict=True)), evidence.count + 1
            )
        return evidence.best()

    label, score = total(tops)
    assert total(tops[::-1])[1] == pytest.approx(score, abs=1e-3)
    assert label in {TOPICS[top] for top in tops}
    assert 0 < score <= 1


def test_enrich_reads_a_file_by_conversations(model: Any, clear: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = model.encode
    monkeypatch.setattr(
        model, "encode", lambda texts: [replace(r, topics=clear.topics) if "clause" in t else r
                                        for t, r in zip(texts, spoken(texts), strict=True)]
    )  # fmt: skip
    rows = [{"id": "1", "text": "the clause", "conversation": "c"}, {"id": "2", "text": "ok", "conversation": "d"}]
    sink = io.BytesIO()
    enrich(model, io.BytesIO(b"\n".join(json.dumps(row).encode() for row in rows)), sink, BatchBudget())
    assert [json.loads(line)["topic"]["label"] for line in sink.getvalue().splitlines()] == ["legal", "other"]


def test_the_stream_takes_the_title_with_the_text(vague: Reading, clear: Reading) -> None:
    said = message(1, "ok, will do")
    said = replace(said, conversation=replace(said.conversation, title="Liability clause"))

    class Known:
        def read(self, texts: Sequence[str]) -> Read:
            assert list(texts) == ["ok, will do", "Liability clause"]
            return Read(Model(name="known", revision="1"), [vague, clear])

    raw = RawRecord(Partition("t", 0), 0, None, b"")
    ((derived,), _) = _records(InferenceHandler(Known())([Received(said, raw)], NOW))
    assert isinstance(derived, Enrichment)
    assert derived.tags is not None
    assert derived.tags.topic.label == "legal"


def _records(outcome: Any) -> tuple[list[Any], list[Any]]:
    return [derived.record for derived in outcome.records], list(outcome.rejected)
