"""The graph depends on what was said, not on how it arrived: twice, shuffled, edited, deleted."""

import json
import random
import time
from typing import Any

import pytest

from plait_schemas.records import Summary
from tests.e2e.test_kill import story
from tests.e2e.world import World, said, whole_stack

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.timeout(900)]


def changed(number: str, minutes: float, change: str, text: str, conversation: str) -> dict[str, Any]:
    """A later version of a message."""
    base = said(number, 1, "ann", text, conversation)
    later = said(number, minutes, "ann", text, conversation)["sent_at"]
    return {**base, "change": change, "occurred_at": later}


def test_shuffled_and_repeated_arrival_gives_the_same_graph() -> None:
    messages = story()
    secret = "The cutover is on Thursday at the north dock"
    messages[-1:-1] = [
        said("d-1", 1, "ann", secret, "chat:cutover"),
        said("d-2", 2, "bo", "Noted, I'll be there.", "chat:cutover"),
        changed("d-2", 5, "edited", "Noted, I can't be there.", "chat:cutover"),
        changed("d-1", 9, "deleted", "", "chat:cutover"),
    ]
    with whole_stack() as world:
        world.introduce("ann", "bo", "cai")
        world.send(messages[:50])
        world.send(messages[50:])
        world.settled(len(messages))
        first = world.dump()
        before = steady_ids(world)
        again = world.send(messages)
        assert {item["status"] for item in again} == {"duplicate"}
        world.stack.restart("ingest")
        world.send(messages)
        world.eventually(lambda: not world.lagging(), "everything read")
        world.settled(len(messages))
        assert world.dump() == first
        assert steady_ids(world) == before
        check_deleted(world, secret)
    random.Random(7).shuffle(messages)
    with whole_stack() as world:
        world.introduce("ann", "bo", "cai")
        for start in range(0, len(messages), 10):
            world.send(messages[start : start + 10])
        world.settled(len(messages))
        assert [line for line in world.dump() if '"summary"' not in line] == [
            line for line in first if '"summary"' not in line
        ]
        world.eventually(lambda: world.dump() == first, "the summaries to follow")


def check_deleted(world: World, secret: str) -> None:
    """What was deleted is in no answer any more."""
    page = world.ask("knowledge_graph", "/v1/conversations/chat:cutover", "ann")
    assert page.status_code == 200
    assert secret not in page.text
    assert "can't be there" in page.text
    for path, parameters in (("/v1/search", {"q": "cutover north dock"}), ("/v1/facts", {})):
        assert secret not in world.ask("knowledge_graph", path, "ann", **parameters).text
    assert secret not in json.dumps(world.ask("notification", "/v1/digest", "ann").json())
    current = [r for r in world.records("summary") if isinstance(r, Summary) and r.conversation.id == "chat:cutover"][
        -1:
    ]
    assert all(secret not in sentence.text for summary in current for sentence in summary.sentences)


def steady_ids(world: World) -> dict[str, set[str]]:
    """The ids once nothing has been added for a while: alerts follow the clock, also when nobody writes."""
    last: dict[str, set[str]] = {}

    def steady() -> dict[str, set[str]] | None:
        nonlocal last
        before, last = last, ids(world)
        time.sleep(3)
        return last if last == before else None

    found: dict[str, set[str]] = world.eventually(steady, "the topics to grow no more")
    return found


def ids(world: World) -> dict[str, set[str]]:
    """What every derived topic says, by id."""
    return {topic: {r.id for r in world.records(topic)} for topic in ("enrichment", "summary", "graph-change", "alert")}
