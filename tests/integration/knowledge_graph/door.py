"""The graph's HTTP interface on a real PostgreSQL, as a caller uses it, and a story with a private part."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from plait_knowledge_graph.api.app import application
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.reader import Reader
from plait_knowledge_graph.store.writer import write
from plait_knowledge_graph.testing import MODEL, WORKSPACE, at, enriched, group, membership, message, profile
from plait_schemas.ids import derived_id
from plait_schemas.records import Answer, AnswerRequest, Audience, Record
from plait_shared import health
from plait_shared.auth import AuthSettings, Caller, TokenVerifier, sign
from plait_shared.bus import Outbound, Partition, RawRecord
from plait_shared.codec import Codec, Received
from plait_shared.errors import Retryable
from plait_shared.metrics import Metrics
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry

SECRET = "a secret of at least thirty-two bytes"
BOARD = group("chat:board")
WORD = "Quicksilver"
MEMBER, OUTSIDER = "ann", "dan"


class Inference(MemoryProducer):
    """Answers every request for a vector at once, unless it is away."""

    def __init__(self, database: Database) -> None:
        super().__init__(MemoryBroker())
        self.database = database
        self.codec = Codec(MemoryRegistry(), "test")
        self.asked: list[str] = []
        self.away = False

    def send(self, records: Any) -> None:
        for record in records:
            self.answer(record)

    def answer(self, record: Outbound) -> None:
        raw = RawRecord(Partition(record.topic, 0), 0, record.key, record.value)
        request = self.codec.decode(raw).record
        assert isinstance(request, AnswerRequest)
        self.asked.append(request.question)
        if self.away:
            raise Retryable("broker away")
        vector = (1.0, *[0.0] * 383)
        answer = Answer(
            id="a", workspace=request.workspace, source_event=request.id, embedding=vector, audience=Audience(),
            model=MODEL, occurred_at=request.occurred_at,
        )  # fmt: skip
        store(self.database, answer)


class Door:
    """The application as a caller uses it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.inference = Inference(database)
        reader = Reader(database, 2.0)
        self.questions = Questions(
            reader, self.inference, self.inference.codec, lambda: datetime.now(UTC), size=2, wait_s=0.5
        )
        verifier = TokenVerifier(AuthSettings(token_secret=SECRET))
        routes = health.routes({"database": database.ready}, Metrics.create().registry)
        self.client = TestClient(application(reader, self.questions, verifier, routes, "1"))

    def ask(self, path: str, user: str = MEMBER, workspace: str = WORKSPACE, **parameters: Any) -> Any:
        token = sign(SECRET, Caller(workspace, user), datetime.now(UTC), timedelta(hours=1))
        return self.client.get(path, params=parameters, headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str, user: str = MEMBER, **parameters: Any) -> Any:
        answer = self.ask(path, user, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


def store(database: Database, *records: Record) -> None:
    raw = RawRecord(Partition("t", 0), 0, None, b"")
    with database.transaction("testing") as connection:
        write(connection, plan([Received(record, raw) for record in records], at(600), 384))


def story() -> list[Record]:
    texts: list[tuple[str, float, str, list[str], dict[str, Any]]] = [
        ("1", 0, "[P:Rui] takes over [W:HER-12] of [J:Project Heron].", ["decision"], {"author": "Rui Salgueiro"}),
        ("2", 10, "[W:HER-12] is blocked: the login times out", ["blocker"], {"author": "Rui Salgueiro"}),
        ("3", 20, "[W:HER-12] is done, 登录超时的问题修好了", ["status"], {"author": "李倩"}),
        ("4", 30, f"[R:{WORD} severance draft] is due on [T:Friday]", ["schedule"], {"audience": BOARD}),
        ("5", 31, f"[J:{WORD}] is cancelled, [W:HER-12] is cancelled", ["decision"],
         {"audience": BOARD, "conversation": "chat:board"}),
        ("6", 32, "[W:HER-12] is open", ["status"], {"audience": Audience(), "conversation": "chat:nobody"}),
    ]  # fmt: skip
    records: list[Record] = []
    for id_, minute, text, intents, more in texts:
        said = message(text, id_=id_, minute=minute, **more)
        records.append(enriched(text, said, intents, embedding=[float(id_ == "2"), float(id_), *[0.1] * 382]))
    return [
        *records,
        membership("chat:board", "Ann Lee"), membership("chat:board", "zoe"),
        profile(MEMBER, "Ann Lee"), profile(OUTSIDER, "Dan Ode"), profile("gone", "Gone Gone", active=False),
        replace(membership("chat:board", "Gone Gone"), id="x"),
    ]  # fmt: skip


def node(door: Door, name: str, user: str = MEMBER) -> str:
    found = [one["id"] for one in door.get("/v1/entities", user, q=name)["items"] if one["name"] == name]
    assert found, name
    return str(found[0])


def private_reads(door: Door) -> list[tuple[str, dict[str, Any]]]:
    draft = node(door, f"{WORD} severance draft")
    return [
        ("/v1/conversations", {}),
        ("/v1/conversations/chat:board", {}),
        ("/v1/conversations/chat:heron", {}),
        (f"/v1/messages/{derived_id('message', WORKSPACE, '4')}", {}),
        ("/v1/entities", {}),
        ("/v1/entities", {"q": "quick"}),
        (f"/v1/entities/{draft}", {}),
        (f"/v1/neighbours/{draft}", {}),
        (f"/v1/entities/{node(door, 'HER-12')}", {}),
        ("/v1/facts", {"history": True}),
        ("/v1/facts", {"subject": draft}),
        ("/v1/facts", {"subject": f"{WORD} severance draft"}),
        ("/v1/facts", {"conversation": "chat:board"}),
        ("/v1/search", {"q": f"{WORD} severance"}),
    ]
