"""Records that can't be read or handled: poison is set aside alone, with its cause."""

from datetime import timedelta

import pytest

from plait_schemas.records import AnswerRequest, DeadLetter, Message
from plait_shared.errors import BadRecord, Fatal, Retryable
from tests.builders import NOON, PUBLIC, message
from tests.faults.world import IN, LETTERS, Plait


def test_poison_is_set_aside_alone_with_its_cause() -> None:
    plait = Plait()
    plait.put(["a", "poison", "b", "refuse", "c"])
    plait.run_until_idle(plait.runner())
    assert plait.texts() == ["a", "b", "c"]
    letters = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert sorted((letter.error, letter.cause) for letter in letters) == [
        ("BadRecord", "refused by the handler"),
        ("ZeroDivisionError", "a bug met this text"),
    ]
    assert letters[0].topic == IN
    assert letters[0].stage == "test"
    restored = plait.codec.decode(next(raw for raw in plait.broker.records(IN) if raw.value == letters[0].value)).record
    assert isinstance(restored, Message)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (None, "no value"),
        (b"", "wire format"),
        (b"\x01\x00\x00\x00\x01abc", "wire format"),
        (b"\x00\x00\x00\x00\x63abc", "no schema with id 99"),
        (b"\x00\xff\xff\xff\xffabc", "no schema"),
        (b"\x00\x00\x00\x00\x01\x02", "does not read"),
    ],
)
def test_garbage_becomes_a_dead_letter(value: bytes | None, cause: str) -> None:
    plait = Plait()
    plait.put(["a"])
    log = plait.broker.logs[plait.broker.records(IN)[0].partition]
    log.append(type(log[0])(log[0].partition, 1, b"k", value))
    plait.put(["b"])
    plait.run_until_idle(plait.runner())
    (letter,) = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert cause in letter.cause
    assert letter.value == value
    assert len(plait.texts()) == 2


def test_trailing_bytes_are_refused() -> None:
    plait = Plait()
    out = plait.codec.encode(message(1))
    raw = plait.broker.append(out)
    longer = type(raw)(raw.partition, 1, raw.key, (raw.value or b"") + b"x", raw.headers)
    with pytest.raises(BadRecord, match="1 bytes stand behind"):
        plait.codec.decode(longer)


def test_too_many_letters_stop_the_service_and_commit_nothing_more() -> None:
    plait = Plait(limit=3)
    plait.put(["refuse"] * 10)
    with pytest.raises(Fatal, match="more than 3 records refused"):
        plait.run_until_idle(plait.runner())
    assert not plait.broker.committed
    assert not plait.out(LETTERS)


def test_letters_of_a_batch_that_is_tried_again_count_once() -> None:
    plait = Plait(limit=3)
    plait.put(["refuse", "refuse"])
    failures = iter([True] * 5)

    def fault(name: str) -> None:
        if name == "transaction" and next(failures, False):
            raise Retryable("away")

    plait.broker.fault = fault
    plait.run_until_idle(plait.runner())
    assert len(plait.out(LETTERS)) == 2


def test_letter_about_a_huge_record_fits_into_a_record() -> None:
    plait = Plait()
    plait.put(["a"])
    log = plait.broker.logs[plait.broker.records(IN)[0].partition]
    log.append(type(log[0])(log[0].partition, 1, b"k", b"\x07" * 5_000_000))
    plait.run_until_idle(plait.runner())
    (letter,) = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert letter.value is not None
    assert len(letter.value) < 3_000_000
    assert "5000000 bytes" in letter.cause


def test_record_that_does_not_fit_its_schema_is_refused_on_encoding() -> None:
    plait = Plait()
    request = AnswerRequest(id="1", workspace="w", question="q", audience=PUBLIC, occurred_at=NOON - timedelta(days=1))
    object.__setattr__(request, "question", 7)
    with pytest.raises(BadRecord, match="AnswerRequest 1 does not fit"):
        plait.codec.encode(request)
