"""Tags to spans and back: allowed sequences only, exact offsets, clean edges, no overlap."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from plait_inference.labels import BIO, ENTITIES
from plait_inference.models.spans import TRANSITIONS, Floats, Words, decode, encode, trim, viterbi, without_overlaps
from plait_inference.reading import EntitySpan


def certain(tags: list[int]) -> Floats:
    table = np.full((len(tags), len(BIO)), -20.0, dtype=np.float32)
    table[np.arange(len(tags)), tags] = 0.0
    return table


@given(npst.arrays(np.float32, st.tuples(st.integers(0, 12), st.just(len(BIO))), elements=st.floats(-9, 0, width=32)))
def test_viterbi_never_continues_what_did_not_begin(scores: Floats) -> None:
    tags = viterbi(scores)
    assert len(tags) == len(scores)
    for before, tag in zip([0, *tags], tags, strict=False):
        if BIO[tag].startswith("I-"):
            assert BIO[before][2:] == BIO[tag][2:]


@given(npst.arrays(np.float32, st.tuples(st.integers(1, 2), st.just(len(BIO))), elements=st.floats(-9, 0, width=32)))
def test_viterbi_finds_the_best_of_all_allowed_sequences(scores: Floats) -> None:
    allowed = [
        tags
        for tags in product(range(len(BIO)), repeat=len(scores))
        if not any(TRANSITIONS[before, tag] for before, tag in zip([0, *tags], tags, strict=False))
    ]
    totals = [sum(float(scores[step, tag]) for step, tag in enumerate(tags)) for tags in (*allowed, viterbi(scores))]
    assert totals[-1] == pytest.approx(max(totals), abs=1e-5)


def test_a_lone_inside_tag_becomes_a_beginning_or_nothing() -> None:
    scores = certain([BIO.index("I-TIME"), 0])
    assert not BIO[viterbi(scores)[0]].startswith("I-")


@given(
    st.text(alphabet="ab周 .#(👍", min_size=1, max_size=20),
    st.lists(st.integers(0, len(BIO) - 1), min_size=20, max_size=20),
)
def test_spans_of_any_tags_are_exact_trimmed_and_apart(text: str, tags: list[int]) -> None:
    spans = [(place, place + 1) for place in range(len(text))]
    found = decode(text, spans, certain(tags[: len(text)]))
    for span in found:
        surface = text[span.start : span.end]
        assert surface
        assert surface == surface.strip()
    assert all(left.end <= right.start for left, right in pairwise(found))


@pytest.mark.parametrize(
    ("text", "surface", "label"),
    [
        ("Ping Mara about PAY-231.", "PAY-231", "WORK"),
        ("周四评审会改期", "周四评审会", "MEETING"),
        ("👍 see Q3 budget deck", "Q3 budget deck", "REPORT"),
        ("merge #874 now", "#874", "WORK"),
        ("until 6 a.m. only", "6 a.m.", "TIME"),
        ("ask Acme (UK), please", "Acme (UK)", "CLIENT"),
    ],
)
def test_tags_and_spans_are_inverse(text: str, surface: str, label: str) -> None:
    start = text.index(surface)
    spans = [(place, place + 1) for place in range(len(text))]
    tags = encode(spans, [(start, start + len(surface), label)], text)
    found = decode(text, spans, certain(tags))
    assert [(text[item.start : item.end], item.label) for item in found] == [(surface, label)]


def test_a_token_belongs_to_the_entity_that_covers_most_of_it() -> None:
    text = "周日的会"
    tags = encode([(0, 3), (3, 4)], [(0, 2, "TIME")], text)
    assert [BIO[tag] for tag in tags] == ["B-TIME", "O"]


def test_half_a_word_grows_to_the_whole_word() -> None:
    assert Words("ask Mara now").widen(4, 6) == (4, 8)
    assert Words("找李倩看").widen(1, 2) == (1, 2)


def test_articles_and_punctuation_go() -> None:
    text = "see the roadmap deck, ok"
    start, end = trim(text, 3, 21)
    assert text[start:end] == "roadmap deck"
    assert trim("...", 0, 3)[0] >= trim("...", 0, 3)[1]


def test_of_overlapping_spans_the_surer_one_stays() -> None:
    low = EntitySpan(ENTITIES[0], 0.4, 0, 5)
    high = EntitySpan(ENTITIES[1], 0.9, 3, 8)
    assert without_overlaps([low, high]) == (high,)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.integers(0, 3)), max_size=15))
def test_the_spans_that_stay_are_apart_and_each_that_goes_meets_one_as_sure(rows: list[tuple[int, int, int]]) -> None:
    found = [EntitySpan(ENTITIES[0], score / 4, start, start + size) for start, size, score in rows]
    kept = without_overlaps(found)
    assert all(left.end <= right.start for left, right in pairwise(kept))
    for span in found:
        assert any(span.start < other.end and other.start < span.end and span.score <= other.score for other in kept)


@given(st.text(alphabet="ab周 .", min_size=1, max_size=12), st.data())
def test_words_are_the_same_in_whatever_order_they_are_asked_for(text: str, data: st.DataObject) -> None:
    words = Words(text)
    for _ in range(4):
        start, end = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
        assert words.widen(start, end) == Words(text).widen(start, end)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["a" * 80_000, "bug " * 20_000, "-" * 80_000, "a.m." * 20_000])
@pytest.mark.parametrize("tags", [[BIO.index("B-WORK")], [BIO.index("B-WORK"), *[BIO.index("I-WORK")] * 19_999]])
def test_the_time_grows_as_the_text_and_no_faster(text: str, tags: list[int]) -> None:
    """With one that grows as its square, this takes hours."""
    spans = [(place, place + 4) for place in range(0, len(text), 4)]
    found = decode(text, spans, certain(tags * (len(spans) // len(tags))))
    assert len(found) <= len(spans)
