"""One replica of the graph on a real PostgreSQL with its bus in memory, and what the tests tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plait_knowledge_graph.__main__ import TOPICS
from plait_knowledge_graph.handlers import Plan
from plait_knowledge_graph.ownership import Ownership
from plait_knowledge_graph.settings import SettleRules
from plait_knowledge_graph.stage import Ends, GraphStage, StageRules
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.dump import dump
from plait_knowledge_graph.testing import at, enriched, group, membership, message, profile
from plait_schemas.records import Change, Record, SummaryRequest
from plait_shared.codec import Codec
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing

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


def rig_on(url: str) -> Iterator[Rig]:
    database = Database(url, 4)
    database.open()
    yield Rig(database, MemoryBroker(), at(600))
    database.close()


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


def names(rig: Rig) -> set[object]:
    rows = rig.query("SELECT subject_name, object_name, predicate FROM facts WHERE predicate <> 'status'")
    return {row["object_name" if row["predicate"] == "assigned_to" else "subject_name"] for row in rows}


def requests(rig: Rig) -> list[SummaryRequest]:
    found = {one.id: one for one in rig.said(SummaryRequest) if isinstance(one, SummaryRequest)}
    return sorted(found.values(), key=lambda one: one.settled_at)


def talk(rig: Rig, id_: str, minute: float, text: str = "fine", *, tagged: bool = True, **more: Any) -> None:
    said = message(text, id_=id_, minute=minute, **more)
    rig.take(enriched(text, said, ["social"]) if tagged else said)


def shown(rig: Rig) -> list[str]:
    return [line for line in rig.dump() if '"kind": "summary"' in line]
