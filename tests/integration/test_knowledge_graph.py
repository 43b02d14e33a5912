"""The stage on a real PostgreSQL: convergence, fencing, crashes, settled conversations."""

import json
import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.__main__ import TOPICS
from plait_knowledge_graph.handlers import Plan
from plait_knowledge_graph.ownership import Ownership
from plait_knowledge_graph.settings import SettleRules
from plait_knowledge_graph.stage import Ends, GraphStage, StageRules
from plait_knowledge_graph.store.database import Database, database_errors
from plait_knowledge_graph.store.delivery import relay
from plait_knowledge_graph.store.dump import dump
from plait_knowledge_graph.store.migrate import check_dimensions, migrate
from plait_knowledge_graph.testing import (
    PUBLIC,
    at,
    enriched,
    fresh_database,
    group,
    membership,
    message,
    profile,
    summary,
)  # fmt: skip
from plait_schemas.catalogue import topic_of
from plait_schemas.records import (
    Change,
    DeadLetter,
    GraphChange,
    Record,
    SummaryRequest,
)  # fmt: skip
from plait_shared.bus import Outbound
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Misconfigured, PlaitError, Retryable
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing

pytestmark = pytest.mark.integration

QUIET = timedelta(minutes=30)
RULES = StageRules(384, SettleRules(QUIET, QUIET * 4, 2, 50), timedelta(seconds=5))


@dataclass
class Rig:
    """One replica with its bus in memory; ``now`` is its clock."""

    database: Database
    broker: MemoryBroker
    now: datetime
    group: str = "graph"

    def __post_init__(self) -> None:
        self.codec = Codec(MemoryRegistry(), "test")
        self.producer = MemoryProducer(self.broker)
        self.replica()

    def replica(self) -> None:
        """Start (again), as after a crash."""
        ownership = Ownership(self.database, self.group)
        self.consumer = MemoryConsumer(self.broker, self.group, TOPICS, ownership)
        tracing = Tracing("test")
        ends = Ends(self.consumer, self.producer, self.codec, lambda parent: tracing.child("test", parent))
        self.stage = GraphStage(self.database, ownership, ends, RULES)
        loop = Loop("knowledge_graph", "1", lambda: self.now)
        self.runner: Runner[Plan] = Runner(self.consumer, self.codec, self.stage, loop, Metrics.create(), tracing)

    def put(self, *records: Record) -> None:
        self.producer.send([self.codec.encode(record) for record in records])

    def turn(self, max_records: int = 500) -> int:
        """Read once; returns how many records there were."""
        batch = self.consumer.poll(max_records, 0)
        if batch:
            self.runner.process(batch)
        else:
            self.stage.idle(self.now)
        return len(batch)

    def take(self, *records: Record) -> None:
        self.put(*records)
        while self.turn():
            pass

    def wait(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
        self.turn()

    def dump(self) -> list[str]:
        return list(dump(self.database))

    def said(self, kind: type[Record]) -> list[Record]:
        found = [raw for partition in sorted(self.broker.logs) for raw in self.broker.logs[partition]]
        return [record for record in (self.codec.decode(raw).record for raw in found) if isinstance(record, kind)]

    def query(self, text: str) -> list[dict[str, object]]:
        with self.database.transaction("testing") as connection:
            return connection.execute(text.encode()).fetchall()


@pytest.fixture
def url(stack: RunningStack) -> Iterator[str]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        yield url


def rig_on(url: str) -> Iterator[Rig]:
    database = Database(url, 4)
    database.open()
    yield Rig(database, MemoryBroker(), at(600))
    database.close()


@pytest.fixture
def rig(url: str) -> Iterator[Rig]:
    yield from rig_on(url)


def story() -> list[Record]:
    """A public and a private conversation with edits, deletions, first names, a move, and who may see what."""
    texts: list[tuple[str, int, int, str, list[str], dict[str, Any]]] = [
        ("1", 1, 0, "[P:Rui] takes over [W:HER-12].", ["decision"], {"author": "Mara Okafor"}),
        ("2", 1, 1, "[W:HER-12] is in progress, due [T:Friday]", ["status", "commitment"], {"author": "Rui Salgueiro"}),
        ("3", 1, 2, "[W:HER-12] is blocked by [C:Nordvik]", ["blocker"], {"author": "Rui Salgueiro"}),
        ("3", 2, 9, "[W:HER-12] is done", ["status"], {"author": "Rui Salgueiro", "change": Change.EDITED}),
        ("4", 1, 3, "@[P:Mara] takes over [W:HER-12]", ["decision"], {"author": "Ann Lee"}),
        ("4", 2, 8, "", ["social"], {"author": "Ann Lee", "change": Change.DELETED}),
        ("5", 1, 4, "[W:HER-12] is cancelled. [P:Ann] takes over [R:Q3 deck]", ["decision"],
         {"audience": group("board"), "author": "Ann Lee"}),
        ("6", 1, 5, "我今晚写完[R:季度预算表]", ["commitment"], {"author": "李倩", "conversation": "chat:zh"}),
        ("6", 2, 6, "我今晚写完[R:季度预算表]", ["commitment"], {"author": "李倩", "conversation": "chat:moved"}),
        ("7", 1, 7, "[R:季度预算表]由[P:小葛]接手", ["decision"],
         {"author": "李倩", "conversation": "chat:moved", "mentions": ["葛明"]}),
    ]  # fmt: skip
    records: list[Record] = []
    for id_, version, minute, text, intents, more in texts:
        said = message(text, id_=id_, version=version, minute=minute, **more)
        records += [said, enriched(text, said, intents, embedding=[1.0, float(minute)] + [0.5] * 382)]
    records += [
        membership("board", "Ann Lee"), membership("board", "Mara Okafor", minute=1),
        membership("board", "Mara Okafor", active=False, minute=2),
        profile("rui", "Rui Salgueiro"), profile("ann", "Ann Lee", identities=["mara.okafor@acme.example"], minute=1),
    ]  # fmt: skip
    return records


def test_any_order_and_repetition_gives_the_same_graph(stack: RunningStack) -> None:
    dumps = []
    records = story()
    for seed in range(4):
        order = records + records[: seed * 5]
        if seed:
            random.Random(seed).shuffle(order)
        with fresh_database(stack.postgres_dsn) as url:
            migrate(url)
            for rig in rig_on(url):
                while order:
                    rig.take(*order[: 1 + seed * 3])
                    order = order[1 + seed * 3 :]
                requests = [one for one in rig.said(SummaryRequest) if isinstance(one, SummaryRequest)]
                assert len({one.id for one in requests}) == len(requests)
                dumps.append(rig.dump())
    assert dumps[0]
    assert all(one == dumps[0] for one in dumps)
    assert any('"object_name": "葛明"' in line for line in dumps[0])


def test_first_name_is_resolved_again_when_participants_and_profiles_come(rig: Rig) -> None:
    text = "[P:Rui] takes over [W:HER-12]. [P:Rui] is working on [W:HER-12]."
    rig.take(enriched(text, message(text), ["decision"]))
    assert names(rig) == {"Rui"}
    hello = message("hello", id_="2", author="Rui Salgueiro")
    rig.take(hello)
    assert names(rig) == {"Rui Salgueiro"}
    rig.take(replace(profile("rui", "Rui M. Salgueiro"), identities=(hello.author.id,)))
    assert names(rig) == {"Rui M. Salgueiro"}
    gone = message("", id_="2", version=2, change=Change.DELETED, author="Rui Salgueiro")
    rig.take(gone)
    assert names(rig) == {"Rui"}
    nodes = rig.query("SELECT name FROM nodes WHERE label = 'PERSON'")
    assert [row["name"] for row in nodes] == ["Rui"]


def names(rig: Rig) -> set[object]:
    rows = rig.query("SELECT subject_name, object_name, predicate FROM facts WHERE predicate <> 'status'")
    return {row["object_name" if row["predicate"] == "assigned_to" else "subject_name"] for row in rows}


def test_changes_are_told_once_and_follow_the_trace(rig: Rig) -> None:
    first, second = "[W:HER-12] is blocked", "[W:HER-12] is done"
    traced = rig.codec.encode(enriched(first, message(first), ["blocker"]), "00-" + "a" * 32 + "-" + "b" * 16 + "-01")
    rig.producer.send([traced, traced])
    rig.take(enriched(second, message(second, id_="2", minute=3), ["status"]))
    told = [(one.change, one.fact.object.name) for one in rig.said(GraphChange) if isinstance(one, GraphChange)]
    assert sorted(told) == [("closed", "blocked"), ("opened", "blocked"), ("opened", "done")]
    headers = [dict(raw.headers) for raw in rig.broker.records("collab.graph-change.v1")]
    assert any(b"a" * 32 in header["traceparent"] for header in headers)
    rig.take(enriched(second, message(second, id_="2", minute=3), ["status"]))
    assert len(rig.said(GraphChange)) == 3
    rig.take(message("", id_="2", version=2, minute=4, change=Change.DELETED))
    last = [one for one in rig.said(GraphChange) if isinstance(one, GraphChange) and one.change == "withdrawn"]
    assert [one.fact.object.name for one in last] == ["done"]


def test_changes_of_a_fact_are_counted_beyond_its_withdrawal(rig: Rig) -> None:
    def say(text: str, id_: str, minute: float, version: int = 1, change: Change = Change.CREATED) -> None:
        said = message(text, id_=id_, minute=minute, version=version, change=change)
        rig.take(enriched(text, said, ["status", "blocker"]))

    say("[W:HER-12] is blocked", "1", 0)
    say("[W:HER-12] is done", "2", 3)
    say("[W:HER-12] is in progress", "3", 2)
    say("", "3", 2, 2, Change.DELETED)
    say("", "2", 3, 2, Change.DELETED)
    say("", "1", 0, 2, Change.DELETED)
    say("[W:HER-12] is blocked", "1", 0, 3, Change.EDITED)
    told = [one for one in rig.said(GraphChange) if isinstance(one, GraphChange) and one.fact.object.name == "blocked"]
    told.sort(key=lambda one: one.revision)
    assert len({one.id for one in told}) == len(told)
    until = [one.fact.valid_to for one in told]
    assert [(one.revision, one.change.value) for one in told] == [
        (1, "opened"), (2, "closed"), (3, "closed"), (4, "closed"), (5, "opened"), (6, "withdrawn"), (7, "opened"),
    ]  # fmt: skip
    assert until[1:5] == [at(3), at(2), at(3), None]
    assert not any("revision" in json.loads(line) for line in rig.dump())


def requests(rig: Rig) -> list[SummaryRequest]:
    found = {one.id: one for one in rig.said(SummaryRequest) if isinstance(one, SummaryRequest)}
    return sorted(found.values(), key=lambda one: one.settled_at)


def talk(rig: Rig, id_: str, minute: float, text: str = "fine", *, tagged: bool = True, **more: Any) -> None:
    said = message(text, id_=id_, minute=minute, **more)
    rig.take(enriched(text, said, ["social"]) if tagged else said)


def test_settled_conversation_asks_once_for_each_state(rig: Rig) -> None:
    talk(rig, "1", 0)
    rig.wait(31)
    assert requests(rig) == []
    talk(rig, "2", 1)
    rig.wait(29)
    assert requests(rig) == []
    rig.wait(2)
    rig.wait(60)
    (one,) = requests(rig)
    assert [said.text for said in one.messages] == ["fine", "fine"]
    assert one.messages[0].tags is not None
    talk(rig, "3", 100)
    rig.wait(31)
    assert len(requests(rig)) == 2
    talk(rig, "3", 101, version=2, change=Change.DELETED)
    rig.wait(31)
    assert len(requests(rig)) == 2, "the first state is back, and was asked about"


def test_later_events_make_earlier_conversations_quiet(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    talk(rig, "9", 40, conversation="chat:other")
    (one,) = requests(rig)
    assert (one.conversation.id, one.settled_at) == ("chat:heron", at(40))


def test_request_waits_for_tags_but_not_for_ever(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1, tagged=False)
    rig.wait(60)
    assert requests(rig) == []
    rig.wait(62)
    (one,) = requests(rig)
    assert [said.tags is None for said in one.messages] == [False, True]


def test_one_summary_for_each_audience(rig: Rig) -> None:
    for number, audience in enumerate([None, None, "x", "x", "x"]):
        talk(rig, str(number), number, audience=group(audience) if audience else PUBLIC)
    rig.wait(40)
    assert sorted((one.audience.group or "", len(one.messages)) for one in requests(rig)) == [("", 2), ("x", 3)]


def shown(rig: Rig) -> list[str]:
    return [line for line in rig.dump() if '"kind": "summary"' in line]


def test_summary_is_kept_for_the_current_state_only(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1, "secret")
    rig.wait(40)
    (one,) = requests(rig)
    rig.take(summary(one.state, "It was secret."))
    assert len(shown(rig)) == 1
    talk(rig, "3", 50)
    assert shown(rig) == []
    assert rig.query("SELECT state FROM summaries") == [{"state": one.state}], "stale, until the new one comes"
    talk(rig, "2", 60, "", version=2, change=Change.DELETED)
    assert rig.query("SELECT state FROM summaries") == [], "it rests on deleted words"
    rig.take(summary(one.state, "It was secret."))
    assert rig.query("SELECT state FROM summaries") == [], "also when it comes late"


def test_summary_may_come_before_its_messages(rig: Rig, stack: RunningStack) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    rig.wait(40)
    (one,) = requests(rig)
    with fresh_database(stack.postgres_dsn) as other_url:
        migrate(other_url)
        for other in rig_on(other_url):
            other.take(summary(one.state, "Early."))
            assert shown(other) == []
            talk(other, "2", 1)
            talk(other, "1", 0)
            assert len(shown(other)) == 1


def test_replica_that_was_replaced_writes_nothing_more(rig: Rig) -> None:
    text = "[W:HER-12] is done"
    rig.take(message("before", id_="0"))
    zombie_stage, zombie_consumer = rig.stage, rig.consumer
    rig.put(enriched(text, message(text)))
    batch = zombie_consumer.poll(10, 0)
    received = [rig.codec.decode(raw) for raw in batch]
    rig.replica()
    while rig.turn():
        pass
    before = rig.dump()
    plan = zombie_stage.handle(received, rig.now)
    with pytest.raises(Retryable, match="taken over"):
        zombie_stage.commit(plan, [], {raw.partition: raw.offset + 1 for raw in batch})
    assert rig.dump() == before


def test_duplicates_below_the_position_are_skipped(rig: Rig) -> None:
    text = "[W:HER-12] is done"
    rig.take(enriched(text, message(text)))
    batch = [rig.codec.decode(raw) for raw in rig.broker.records("collab.enrichment.v1")]
    assert rig.stage.handle(batch, rig.now).readings == []
    rig.replica()
    assert rig.turn() == 0, "reading goes on where the database says"
    rig.broker.committed.clear()
    rig.replica()
    assert rig.turn() == 0


@pytest.mark.parametrize("operation", ["send", "acknowledge"])
def test_crash_between_commit_and_relay_loses_nothing(rig: Rig, operation: str) -> None:
    text = "[W:HER-12] is done"
    rig.put(enriched(text, message(text)))

    def away(name: str) -> None:
        if name == operation:
            raise Retryable("broker away")

    rig.broker.fault = away
    with pytest.raises(Retryable):
        rig.turn()
    assert len(rig.query("SELECT id FROM outbox")) == 1
    rig.broker.fault = lambda name: None
    rig.replica()
    assert rig.turn() == 0
    assert rig.query("SELECT id FROM outbox") == []
    assert {one.change for one in rig.said(GraphChange) if isinstance(one, GraphChange)} == {"opened"}
    assert len({one.id for one in rig.said(GraphChange)}) == 1


def test_offsets_are_shown_in_kafka_but_the_database_decides(rig: Rig) -> None:
    def away(name: str) -> None:
        if name == "commit":
            raise Retryable("coordinator away")

    rig.broker.fault = away
    rig.take(message("hello"))
    assert rig.broker.committed == {}
    rig.replica()
    assert rig.turn() == 0


def test_partition_read_without_claim_is_claimed_and_read_again(rig: Rig) -> None:
    rig.put(message("hello"))
    batch = rig.consumer.poll(10, 0)
    rig.stage._ownership.revoked(frozenset(rig.consumer.assignment()))
    with pytest.raises(Retryable, match="claimed"):
        rig.runner.process(batch)
    rig.consumer.rewind()
    assert rig.turn() == 1
    assert len(rig.dump()) == 2


def test_only_one_relay_at_a_time(rig: Rig) -> None:
    inside, done = threading.Event(), threading.Event()

    class Slow(MemoryProducer):
        def send(self, records: Sequence[Outbound]) -> None:
            inside.set()
            assert done.wait(10)
            super().send(records)

    with rig.database.transaction("holding the outbox back") as connection:
        connection.execute(
            "INSERT INTO outbox (topic, key, value, headers, timestamp_ms) "
            "VALUES ('t', 'k', 'v', '[[\"h\", \"00\"]]', 5)"
        )
    thread = threading.Thread(target=relay, args=(rig.database, Slow(rig.broker)))
    thread.start()
    assert inside.wait(10)
    assert relay(rig.database, rig.producer) == 0
    done.set()
    thread.join()
    (raw,) = rig.broker.records("t")
    assert (raw.key, raw.value, raw.headers, raw.timestamp_ms) == (b"k", b"v", (("h", b"\x00"),), 5)
    assert relay(rig.database, rig.producer) == 0, "nothing is left"
    assert len(rig.broker.records("t")) == 1


def test_bad_records_are_set_aside_alone(rig: Rig) -> None:
    rig.take(message("a\x00b", id_="1"), message("good", id_="2"))
    (letter,) = [one for one in rig.said(DeadLetter) if isinstance(one, DeadLetter)]
    assert "NUL" in letter.cause
    assert len(rig.query("SELECT message_id FROM messages")) == 1


def test_record_that_only_the_database_refuses_is_set_aside_alone(rig: Rig) -> None:
    good, strange = membership("board", "Ann"), membership("board", "Rui")
    long = replace(strange, member=replace(strange.member, id="r" * 400), group="g" * 400)
    with rig.database.transaction("preparing") as connection:
        connection.execute("ALTER TABLE memberships ADD CHECK (length(group_id) < 300)")
    rig.take(good, long)
    assert len(rig.said(DeadLetter)) == 1
    assert len(rig.query("SELECT group_id FROM memberships")) == 1


def test_any_text_is_kept_as_it_is(rig: Rig) -> None:
    texts = ['a"b\\c{},NULL', "NULL", "", " \n\t'; DROP TABLE messages; --", "⟦0W⟧ 🐐 \U0001f410\u200b", "%s %(x)s"]
    rig.take(*(message(text, id_=str(number), author=text or "x") for number, text in enumerate(texts)))
    rows = rig.query("SELECT text, author_name FROM messages ORDER BY sent_at, text")
    assert sorted(str(row["text"]) for row in rows) == sorted(texts)


def test_new_vectors_go_into_the_index_when_there_is_time(rig: Rig) -> None:
    said = message("hello")
    rig.put(enriched("hello", said, ["social"], embedding=[0.5] * 384))
    assert rig.turn() == 1
    assert rig.query("SELECT indexed FROM embeddings") == [{"indexed": False}]
    assert rig.turn() == 0
    assert rig.query("SELECT indexed FROM embeddings") == [{"indexed": True}]


def test_what_is_too_large_for_kafka_does_not_block_the_outbox(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plait_knowledge_graph.stage.MOST_BYTES", 10)
    text = "[W:HER-12] is done"
    rig.take(enriched(text, message(text)))
    assert rig.query("SELECT id FROM outbox") == []
    assert rig.said(GraphChange) == []


def test_two_replicas_of_one_workspace_derive_the_same(rig: Rig, stack: RunningStack) -> None:
    records = story()
    halves = [records[0::2], records[1::2]]
    failures: list[BaseException] = []

    def work(half: list[Record], name: str) -> None:
        try:
            mine = Rig(rig.database, MemoryBroker(), at(600), name)
            for record in half:
                mine.put(record)
                for _ in range(20):
                    try:
                        while mine.turn():
                            pass
                        break
                    except Retryable:
                        mine.replica()
        except BaseException as exc:
            failures.append(exc)

    groups = [
        threading.Thread(target=work, args=(half, f"half-{number}"), name=f"half-{number}")
        for number, half in enumerate(halves)
    ]
    for thread in groups:
        thread.start()
    for thread in groups:
        thread.join(60)
    assert failures == []
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        for serial in rig_on(url):
            serial.take(*records)
            assert serial.dump() == rig.dump()


def test_database_that_restarts_is_waited_for(rig: Rig, url: str) -> None:
    rig.take(message("one"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    rig.take(message("two", id_="2"))
    assert len(rig.query("SELECT message_id FROM messages")) == 2
    assert rig.database.ready()


def test_errors_of_the_driver_are_mapped() -> None:
    cases: list[tuple[psycopg.Error, type[PlaitError]]] = [
        (psycopg.errors.NumericValueOutOfRange("x"), BadRecord),
        (psycopg.errors.UniqueViolation("x"), BadRecord),
        (psycopg.errors.ProgramLimitExceeded("x"), BadRecord),
        (psycopg.errors.InvalidPassword("x"), Misconfigured),
        (psycopg.errors.UndefinedTable("x"), Misconfigured),
        (psycopg.errors.AdminShutdown("x"), Retryable),
        (psycopg.errors.DeadlockDetected("x"), Retryable),
        (psycopg.InterfaceError(""), Retryable),
        (psycopg.errors.InternalError("x"), PlaitError),
    ]
    for raised, kind in cases:
        with pytest.raises(kind), database_errors("testing"):
            raise raised


def test_migrations_run_once_and_wrong_addresses_are_refused(url: str) -> None:
    assert migrate(url) == []
    assert migrate(url, post=True) == []
    for wrong in ("mysql://x", "postgresql://nobody:wrong@127.0.0.1:1/none"):
        with pytest.raises((Misconfigured, Retryable)):
            migrate(wrong)
    with pytest.raises(Misconfigured):
        Database("postgresql://%zz", 1)


def test_the_story_has_records_of_all_topics_that_others_fill() -> None:
    made = {topic_of(type(record).AVRO_NAME).name for record in story()}
    assert made == {*TOPICS} - {"collab.summary.v1", "collab.answer.v1"}, "those come of what the graph asks"


def test_vectors_of_another_size_are_refused_at_start(rig: Rig) -> None:
    check_dimensions(rig.database, 384)
    with pytest.raises(Misconfigured, match="PLAIT_EMBEDDING_DIMENSIONS is 768, but the database keeps vectors of 384"):
        check_dimensions(rig.database, 768)


def test_asks_of_past_states_without_summary_are_forgotten_in_time(rig: Rig) -> None:
    talk(rig, "1", 0)
    talk(rig, "2", 1)
    rig.wait(40)
    (first,) = requests(rig)
    rig.take(summary(first.state, "Fine."))
    for number, minute in ((3, 100), (4, 200)):
        talk(rig, str(number), minute)
        rig.wait(40)
    _, passed, current = (one.state for one in requests(rig))
    rig.wait(60 * 24 * 6)
    assert len(rig.query("SELECT state FROM asks")) == 3
    rig.wait(60 * 24 * 2)
    kept = {row["state"] for row in rig.query("SELECT state FROM asks")}
    assert kept == {first.state, current}, "a summary is kept of one, the other is the present"
    assert passed not in kept


def test_names_are_split_at_every_sign(rig: Rig) -> None:
    for number, sign in enumerate("-_./\\:#@()["):
        text = f"[W:alpha{sign}beta] is done"
        rig.take(enriched(text, message(text, id_=str(number)), ["status"]))
    rows = rig.query("SELECT words @@ 'beta'::tsquery AS found FROM nodes WHERE label = 'WORK'")
    assert [row["found"] for row in rows] == [True] * len(rows)
    assert len(rows) >= 2
