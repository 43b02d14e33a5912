"""Questions answered in the words of the passages: kinds of answers, corrections, and what is not there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.answers.choice import Found, answer, in_order, texts
from plait_inference.answers.kind import kind_of, names_in
from plait_inference.answers.spans import nearest, spans_of
from plait_inference.answers.subject import Passage
from plait_inference.answers.weights import shipped
from plait_inference.answers.words import cover, stem, units_of, weights_of, words_of
from plait_inference.reading import Reading
from tests.unit.inference.conftest import make_reading

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def talk(*rows: tuple[str, str]) -> list[Passage]:
    return [Passage(f"p{n}", text, author, NOON + timedelta(minutes=n)) for n, (author, text) in enumerate(rows)]


def ask(question: str, passages: list[Passage], unreadable: str = "") -> Found:
    read = {text: make_reading(text) for text in texts(question, passages) if text != unreadable}
    return answer(question, passages, read, shipped())


EN = talk(
    ("Mara", "The crane at berth four is out of service."),
    ("Tom", "Why is the crane out of service?"),
    ("Mara", "Because the hydraulic seal leaks. A new seal costs 640 euros."),
    ("Tom", "I'll order the new seal for the crane."),
    ("Mara", "The new seal for the crane arrives on Thursday."),
)
ZH = talk(
    ("李倩", "三号泵停机了，备件在临江仓库。"),
    ("葛明", "三号泵为什么停机？"),
    ("李倩", "因为密封圈坏了，换一套 640 元。"),
    ("葛明", "我来换三号泵的密封圈。"),
    ("李倩", "三号泵周四恢复运行。"),
)


@pytest.mark.parametrize(
    ("passages", "question", "text", "evidence"),
    [
        (EN, "When does the new seal for the crane arrive?", "Thursday", "p4"),
        (EN, "Who orders the new seal for the crane?", "Tom", "p3"),
        (EN, "How much does a new seal cost?", "640", "p2"),
        (EN, "Why is the crane out of service?", "Because the hydraulic seal leaks.", "p2"),
        (ZH, "三号泵什么时候恢复运行？", "周四", "p4"),
        (ZH, "谁来换三号泵的密封圈？", "葛明", "p3"),
        (ZH, "换一套密封圈多少钱？", "640 元", "p2"),
        (ZH, "三号泵为什么停机？", "因为密封圈坏了，换一套 640 元。", "p2"),
    ],
)
def test_the_shortest_part_that_answers(passages: list[Passage], question: str, text: str, evidence: str) -> None:
    found = ask(question, passages)
    assert found.text is not None
    assert text in found.text
    assert len(found.text) < len(text) + 8
    assert found.evidence[0] == evidence
    assert shipped().threshold <= found.score <= 1


@pytest.mark.parametrize(
    ("passages", "question"),
    [
        (EN, "When does ship PAY-7 leave the harbour?"),
        (EN, "Who hired the accountant of the Lisbon office?"),
        (ZH, "HUB-9 什么时候上线？"),
        (ZH, "幼儿园体检由谁安排？"),
    ],
)
def test_what_the_passages_do_not_say_has_no_answer(passages: list[Passage], question: str) -> None:
    found = ask(question, passages)
    assert (found.text, found.evidence) == (None, ())
    assert 0 <= found.score < shipped().threshold


@pytest.mark.parametrize(
    ("rows", "question", "text"),
    [
        (
            [
                ("Mara", "The release of the app is on Tuesday."),
                ("Mara", "Correction: the release of the app is on Friday now."),
            ],
            "When is the release of the app?",
            "Friday",
        ),
        ([("李倩", "评审会定在周二。"), ("李倩", "更正：评审会改到周五。")], "评审会是什么时候？", "周五"),
    ],
)
def test_a_correction_wins_in_whatever_order_it_is_given(rows: list[tuple[str, str]], question: str, text: str) -> None:
    passages = talk(*rows)
    assert ask(question, passages).text == text
    assert ask(question, passages[::-1]).text == text


def test_without_passages_or_readings_there_is_no_answer() -> None:
    nothing = Found(None, (), 0.0)
    assert ask("When?", []) == nothing
    assert ask("Where is it?", talk(("Mara", "In Lisbon.")), unreadable="In Lisbon.") == nothing


def test_passages_keep_their_order_where_a_time_is_unknown() -> None:
    late, early = Passage("a", "x", time=NOON), Passage("b", "y", time=NOON - timedelta(hours=1))
    unknown, naive = Passage("c", "z"), Passage("d", "w", time=NOON.replace(tzinfo=None))
    assert in_order([late, early]) == [early, late]
    assert in_order([late, early, unknown]) == [late, early, unknown]
    assert in_order([late, naive]) == [late, naive]


@pytest.mark.parametrize(
    ("question", "sort"),
    [
        ("Who takes it?", "person"),
        ("谁负责？", "person"),
        ("When is it due?", "time"),
        ("评审是几号？", "time"),
        ("What time do we meet?", "clock"),
        ("几点集合？", "clock"),
        ("How long does it take?", "duration"),
        ("要停电多久？", "duration"),
        ("Where is it?", "place"),
        ("在哪里办？", "place"),
        ("How many boxes?", "number"),
        ("一共多少件？", "number"),
        ("Why did it fail?", "cause"),
        ("为什么失败？", "cause"),
        ("Which version has the fix?", "code"),
        ("Which client waits?", "name"),
        ("Is it done?", "polar"),
        ("要空腹吗？", "polar"),
        ("What did she say?", "open"),
    ],
)
def test_the_question_word_tells_the_kind_of_answer(question: str, sort: str) -> None:
    assert kind_of(question).sort == sort


def test_names_and_numbers_of_a_question_must_occur() -> None:
    assert names_in("Who fixed PAY-231 for Mr Okonjo in 2025?", ("Okonjo",)) == {"pay-231", "okonjo", "2025"}
    assert names_in("李倩什么时候去 HUB-7？", ("李倩",)) == {"李倩", "hub-7"}


def test_words_are_compared_by_stem_and_neighbour() -> None:
    assert {stem(word) for word in ("ship", "shipped", "shipping", "ships")} == {"ship"}
    units = units_of("谁负责通知用户？")
    weights = weights_of(units, [words_of("通知用户"), words_of("别的")])
    assert cover(units, weights, words_of("我来通知用户")) > cover(units, weights, words_of("用来告知"))
    assert cover([], [], words_of("x")) == 0.0


def test_what_no_longer_holds_is_not_the_answer() -> None:
    text = "moved from Tuesday to Thursday"
    spans = spans_of(kind_of("When is it?"), text, (), ())
    assert [text[slice(*span)] for span in spans] == ["Tuesday", "Thursday"]
    chosen = nearest(spans, text, units_of("When is it moved?"))
    assert chosen is not None
    assert text[slice(*chosen)] == "Thursday"


TEXT = st.text(alphabet="ab 12。.?？我周四Mon\n,", min_size=1, max_size=30).filter(str.strip)


@given(TEXT, st.lists(TEXT, max_size=4))
def test_an_answer_is_always_a_quotation(question: str, said: list[str]) -> None:
    passages = talk(*(("Mara", text) for text in said))
    found = ask(question, passages)
    assert found.text is None or found.text == "Mara" or any(found.text in text for text in said)
    assert set(found.evidence) <= {passage.id for passage in passages}
    assert 0 <= found.score <= 1


def test_the_weights_come_with_what_was_measured(reading: Callable[..., Reading]) -> None:
    weights = shipped()
    assert 0 < weights.threshold < 1
    assert shipped() is weights
