"""Whatever comes in: records, a reason, or a BadRecord; never another error. And the same input, the same ids."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plait_ingest.handlers import CONNECTORS, Item, accept
from plait_schemas.records import Message
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.testing.memory import MemoryRegistry
from tests.unit.ingest.test_github import comment, payload
from tests.unit.ingest.test_mail import mail
from tests.unit.ingest.test_plain import cue
from tests.unit.ingest.test_slack import changed, event
from tests.unit.ingest.world import context, plain

CONTEXT = context()
CODEC = Codec(MemoryRegistry(), "ingest")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
GOOD: list[tuple[str, Any]] = [
    ("plait.message", plain(mentions=[{"id": "bo"}], attachments=[{"uri": "https://x.example", "media_type": "a/b"}])),
    ("slack.event", event(thread_ts="1771000000.000001", files=[{"permalink": "https://s.example"}])),
    ("slack.event", changed()),
    ("github.issues", payload("opened")),
    ("github.pull_request", payload("assigned", "pull_request", assignee={"login": "bo"})),
    ("github.issue_comment", payload("deleted", comment=comment())),
    ("meeting.cue", cue()),
]
KINDS = st.sampled_from([*CONNECTORS, "github.issues", "github.push", "github.pull_request_review", "github."])


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(found for key, value in inner for found in paths(value, (*path, key)))]


def replaced(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = replaced(data[path[0]], path[1:], value)
    return copy


def take(kind: str, data: Any) -> None:
    try:
        accepted = accept(Item(kind, data), CONTEXT)
    except BadRecord as exc:
        if not str(exc):
            raise
        return
    assert accepted.records or accepted.ignored
    again = accept(Item(kind, data), CONTEXT)
    assert [record.id for record in again.records] == [record.id for record in accepted.records]
    for record in accepted.records:
        CODEC.encode(record)


@settings(max_examples=300)
@given(KINDS, JSON)
def test_any_json(kind: str, data: Any) -> None:
    take(kind, data)


@settings(max_examples=800)
@given(st.data(), st.sampled_from(GOOD), JSON)
def test_one_field_replaced_by_anything(draw: st.DataObject, good: tuple[str, Any], value: Any) -> None:
    kind, data = good
    take(kind, replaced(data, draw.draw(st.sampled_from(paths(data))), value))


@settings(max_examples=300)
@given(st.data(), st.binary(max_size=60))
def test_any_mail(draw: st.DataObject, noise: bytes) -> None:
    raw = mail().as_bytes()
    place = draw.draw(st.integers(0, len(raw)))
    take("mail.rfc822", raw[:place] + noise + raw[place + len(noise) // 2 :])


@settings(max_examples=100)
@given(st.text(min_size=1, max_size=40), st.integers(0, 2**62))
def test_versions_share_the_message(text: str, version: int) -> None:
    first = accept(Item("plait.message", plain(text=text, version=version)), CONTEXT).records[0]
    later = accept(Item("plait.message", plain(text=text, version=version + 1)), CONTEXT).records[0]
    assert isinstance(first, Message)
    assert isinstance(later, Message)
    assert first.message_id == later.message_id
    assert first.id != later.id
