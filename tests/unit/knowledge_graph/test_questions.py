"""Vectors of questions: the latest asked stay in memory, and nothing is asked after the end."""

from datetime import UTC, datetime
from typing import cast

from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.store.reader import Reader
from plait_schemas.ids import derived_id
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry


class Answers:
    """A reader that knows some vectors, and counts how often it is asked."""

    def __init__(self, *known: str) -> None:
        self.known = {derived_id("question", "acme", question): f"[{question}]" for question in known}
        self.asked: list[str] = []

    def vector(self, workspace: str, request_id: str) -> str | None:
        self.asked.append(request_id)
        return self.known.get(request_id)


def questions(answers: Answers, broker: MemoryBroker) -> Questions:
    codec = Codec(MemoryRegistry(), "test")
    return Questions(
        cast(Reader, answers), MemoryProducer(broker), codec, lambda: datetime.now(UTC), size=2, wait_s=0.01
    )


def test_what_was_asked_again_is_remembered_longer() -> None:
    answers = Answers("a", "b", "c")
    asking = questions(answers, MemoryBroker())
    for question in ("a", "b", "a", "c", "a"):
        assert asking.vector("acme", question) == f"[{question}]"
    assert len(answers.asked) == 3
    asking.close()


def test_after_the_end_there_is_no_vector_and_no_error() -> None:
    broker = MemoryBroker()
    asking = questions(Answers(), broker)
    asking.close()
    for _ in range(9):
        assert asking.vector("acme", "a") is None
    assert not broker.records("collab.answer-request.v1")
