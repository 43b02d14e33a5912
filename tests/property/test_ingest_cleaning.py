"""Cleaning never raises, is idempotent for any text, and its placeholders stand where they say."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from plait_ingest.cleaning import Cleaner, TextFormat, quality
from plait_ingest.connectors.mail_reply import reply_of
from plait_ingest.redaction import redact

CLEANER = Cleaner(lambda text: ("en", 0.9))
PIECES = st.sampled_from([
        "<p>", "</div>", "<br>", "&amp;", "&lt;b&gt;", "<!--", "-->", "[a](https://x.example)", "\r\n",
        "\u2028", "  ", "\t", "\u200b", "\u200d", "\ufe0f", "\ufeff", "\ud83d", "\x00", "👩", "💻", "🏽",
        "❤", "1", "\u20e3", "e", "\u0301", "Å", "각", "李倩", "。", "かな", "مرحبا", "anna@acme.example",
        "git@", "@", "13812345678", "+86", "+44 20 7946 0958", "555-123-4567", "4111 1111 1111 1111",
        "-", ".", "[email]", "[phone]", "[", "]", "password: ", "hunter2x9", "token=", "https://",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "Bearer abcdefghijklmnop12345", "110101199003074514",
        "call ", "0", "/", "tel/", "912345678", "+351 912 345 678", "021-62345678",
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=25).map("".join))


OTHER_NUMBER = re.compile(r"\s*[/*+=%^-]?\s*\d")
"""With more digits or a sum behind it, a bare number is another one: 13812345678 / 1024."""


@settings(max_examples=600)
@given(TEXTS, st.sampled_from(TextFormat))
def test_cleaning_again_changes_nothing(text: str, form: TextFormat) -> None:
    once = CLEANER.clean(text, form)
    assert CLEANER.clean(once.text) == once
    once.text.encode("utf-8")


@settings(max_examples=300)
@given(TEXTS)
def test_placeholders_stand_where_they_say(text: str) -> None:
    cleaned = CLEANER.clean(text)
    end = 0
    for item in cleaned.redactions:
        assert cleaned.text[item.start : item.end] == f"[{item.kind}]"
        assert item.start >= end
        end = item.end


@settings(max_examples=200)
@given(
    st.sampled_from(["anna@acme.example", "+44 20 7946 0958", "13812345678", "4111 1111 1111 1111"]),
    st.text(max_size=20).filter(lambda around: not OTHER_NUMBER.match(around)),
)
@example("+44 20 7946 0958", "10:30")
@example("+44 20 7946 0958", "0=")
def test_what_is_private_does_not_survive(private: str, around: str) -> None:
    assert private not in redact(f"{around} {private} {around}")


@settings(max_examples=200)
@given(TEXTS)
def test_quality_and_replies_are_total(text: str) -> None:
    assert 0.0 <= quality(text) <= 1.0
    assert isinstance(reply_of(text), str)
