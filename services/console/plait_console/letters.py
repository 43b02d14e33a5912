"""Dead letters: finding them, and putting the refused record back where it stood."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from plait_schemas.records import DeadLetter
from plait_shared.bus import Outbound
from plait_shared.errors import BadRecord

TOPIC = "collab.dead-letter.v1"
REPLAYED_FROM = "plait-replayed-from"


def chosen(letters: Iterable[DeadLetter], ids: Sequence[str]) -> list[DeadLetter]:
    """The letters that the beginnings of ids mean; raises BadRecord for one that means none or several."""
    known = {letter.id: letter for letter in letters}
    found = []
    for id_ in ids:
        matches = [letter for known_id, letter in known.items() if known_id.startswith(id_)]
        if len(matches) != 1:
            what = "no dead letter" if not matches else f"{len(matches)} dead letters"
            raise BadRecord(f"{what} with an id that begins with {id_}: see `plait dlq list`")
        found += matches
    return found


def latest(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Each letter once, oldest first; a record that was refused again keeps its latest cause."""
    by_id = {letter.id: letter for letter in letters}
    return sorted(by_id.values(), key=_when)


def replayable(letter: DeadLetter) -> bool:
    """Whether the refused record stood on a topic; what came by HTTP has none to go back to."""
    return letter.partition >= 0


def replay(letter: DeadLetter, value: bytes | None = None) -> Outbound:
    """The refused record again, for its own topic, with its own key and headers, or with another value."""
    if not replayable(letter):
        raise BadRecord(
            f"{letter.id} came by HTTP ({letter.topic}), so there is no topic to put it back on: "
            "repair it and send it to that door again; `plait dlq show` writes its body"
        )
    body = letter.value if value is None else value
    if body is None or letter.key is None:
        raise BadRecord(f"{letter.id} has no {'value' if body is None else 'key'}; give one with --edit")
    headers = tuple((h.name, h.value) for h in letter.headers if h.name != REPLAYED_FROM)
    return Outbound(letter.topic, letter.key, body, (*headers, (REPLAYED_FROM, letter.id.encode())))


def _when(letter: DeadLetter) -> datetime:
    return letter.occurred_at
