"""Questions and summaries of small conversations, English and Chinese."""

from collections.abc import Callable

import pytest

from plait_inference.conversation import Turn
from plait_inference.items import questions
from plait_inference.summarise import digest
from plait_inference.summary.choice import LIMITS
from plait_inference.wording import overlap, shorten, size, tidy

Maker = Callable[..., list[Turn]]


def test_a_question_is_answered_by_the_next_message_that_says_something(turns: Maker) -> None:
    talk = turns(
        ("Mara", "question", "Hi all, is staging back up?"),
        ("Tom", "social", "Morning!"),
        ("Ana", "information", "Not sure, let me check."),
        ("Tom", "status", "It came back ten minutes ago."),
        ("Ana", "question", "谁有报表的权限？"),
    )
    first, last = questions(talk)
    assert (first.text, first.answered_by) == ("is staging back up?", "m3")
    assert last.answered_by is None


def test_a_summary_puts_the_outcome_first_and_open_ends_last(turns: Maker) -> None:
    talk = turns(
        ("Tom", "blocker", "The printer is broken, so the flyers are late."),
        ("Mara", "decision", "We move the fair to Lisbon."),
        ("Tom", "commitment", "I'll call the venue tomorrow.", "tomorrow"),
        ("Mara", "question", "Who orders the badges?"),
    )
    found = digest(talk)
    assert found.language == "en"
    assert found.summary[0].text == "We move the fair to Lisbon."
    assert found.summary[-1].text == "Mara: Who orders the badges?"
    for sentence in found.summary:
        for item in sentence.evidence:
            turn = next(turn for turn in talk if turn.id == item.message)
            assert turn.text[item.start : item.end]


@pytest.mark.parametrize(("language", "word"), [("en", "word "), ("zh", "字")])
def test_a_summary_keeps_to_its_limit(turns: Maker, language: str, word: str) -> None:
    talk = turns(*[("A" if language == "en" else "甲", "decision", f"{place} {word * 50}") for place in range(6)])
    text = " ".join(sentence.text for sentence in digest(talk).summary)
    assert 0 < size(text, language) <= LIMITS[language]


def test_one_endless_sentence_is_shortened(turns: Maker) -> None:
    [sentence] = digest(turns(("甲", "decision", "很" * 500))).summary
    assert size(sentence.text, "zh") == LIMITS["zh"]
    assert shorten("a b c d", 2, "en") == "a b…"


def test_small_talk_still_has_a_summary_and_nothing_has_none(turns: Maker) -> None:
    assert digest(turns(("Mara", "social", "Happy birthday!"))).summary
    assert digest([]).summary == ()


def test_tidy_drops_greetings_but_not_content() -> None:
    assert tidy("Hi all, the build is red") == "the build is red"
    assert tidy("好的，我今晚发") == "我今晚发"
    assert tidy("Thanks!") == "Thanks!"
    assert tidy("@Rui Salgueiro please write it down") == "@Rui Salgueiro please write it down"


def test_overlap_of_words_and_characters() -> None:
    assert overlap("the budget deck", "budget decks for Q3") == 1.0
    assert overlap("季度预算表", "预算表") == 1.0
    assert overlap("a", "b") == 0.0
