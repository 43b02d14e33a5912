from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Done. Shall we ship it? Yes!", ["Done.", "Shall we ship it?", "Yes!"]),
        ("Version 2.1 is out, see docs.example.com", ["Version 2.1 is out, see docs.example.com"]),
        ("收到。周四评审会改到三点！行吗？", ["收到。", "周四评审会改到三点！", "行吗？"]),
        ("first line\n\nsecond line", ["first line", "second line"]),
        ("Ask Dr. Okafor. She knows.", ["Ask Dr. Okafor.", "She knows."]),
        ("Nice!! 👍", ["Nice!! 👍"]),
        ("   ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@given(st.text(alphabet="ab。.?！\n 👍", max_size=60))
def test_spans_are_in_order_apart_and_lose_nothing_visible(text: str) -> None:
    spans = sentence_spans(text)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
