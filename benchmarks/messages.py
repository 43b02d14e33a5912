"""Messages that a benchmark sends through the whole way."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files

from tests.e2e.world import Plain


def office_texts() -> Iterator[str]:
    """Office messages of the corpus, each made unlike any other, so that no cache helps; without end."""
    data = files("plait_inference") / "training" / "data"
    lines = [
        line
        for name in ("office-en.jsonl", "office-zh.jsonl")
        for line in (data / name).read_text("utf-8").splitlines()
    ]
    while True:
        for line in lines:
            yield f"{json.loads(line)['text']} {uuid.uuid4().hex[:8]}"


def plain(text: str) -> Plain:
    """A message with an id of its own, in one of 256 conversations, so that they spread over the partitions."""
    id_ = uuid.uuid4().hex
    now = datetime.now(UTC).isoformat()
    who = {"id": "ann@orchard.example", "name": "Ann"}
    return {
        "id": id_,
        "kind": "chat",
        "conversation": {"id": f"chat:{id_[:2]}"},
        "author": who,
        "sent_at": now,
        "text": text,
    }
