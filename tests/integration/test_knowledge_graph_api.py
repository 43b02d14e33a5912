"""The graph's doors on a real PostgreSQL: who sees what, paging, time, search, plans of the hot queries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.api.app import application
from plait_knowledge_graph.graph.conversations import state_of
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.store.reader import Reader
from plait_knowledge_graph.store.statements import sql
from plait_knowledge_graph.store.writer import index_vectors, write
from plait_knowledge_graph.testing import (
    MODEL,
    WORKSPACE,
    at,
    enriched,
    fresh_database,
    group,
    membership,
    message,
    profile,
    summary,
)  # fmt: skip
from plait_schemas.ids import derived_id
from plait_schemas.records import Answer, AnswerRequest, Audience, Record
from plait_shared import health
from plait_shared.auth import AuthSettings, Caller, TokenVerifier, sign
from plait_shared.bus import Outbound, Partition, RawRecord
from plait_shared.codec import Codec, Received
from plait_shared.errors import Retryable
from plait_shared.metrics import Metrics
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry

pytestmark = pytest.mark.integration
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


@pytest.fixture(scope="module")
def database(stack: RunningStack) -> Iterator[Database]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        database = Database(url, 6)
        database.open()
        store(database, *story())
        yield database
        database.close()


@pytest.fixture
def door(database: Database) -> Iterator[Door]:
    door = Door(database)
    yield door
    door.questions.close()


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


@pytest.mark.parametrize("user", [OUTSIDER, "stranger", "gone", "service:x", "zoe@acme.example"])
def test_outsiders_find_nothing_by_any_read(door: Door, user: str) -> None:
    for path, parameters in private_reads(door):
        answer = door.ask(path, user, **parameters)
        assert answer.status_code in (200, 404), answer.text
        assert WORD not in answer.text, path
        assert "chat:board" not in answer.text, path
        assert "cancelled" not in answer.text, path
        assert '"open"' not in answer.text, path


def test_members_find_it_by_every_read(door: Door) -> None:
    for path, parameters in private_reads(door):
        answer = door.ask(path, MEMBER, **parameters)
        assert answer.status_code == 200, answer.text
        assert any(word in answer.text for word in (WORD, "chat:board", "Friday")), path
        assert "chat:nobody" not in answer.text


@pytest.mark.parametrize("user", [OUTSIDER, "stranger", "service:x", "zoe@acme.example"])
def test_what_is_public_is_for_every_caller_of_the_workspace(door: Door, user: str) -> None:
    assert [one["id"] for one in door.get("/v1/conversations", user)["items"]] == ["chat:heron"]


def test_who_left_the_workspace_sees_nothing_at_all(door: Door) -> None:
    assert door.get("/v1/conversations", "gone")["items"] == []
    assert door.get("/v1/search", "gone", q="login")["items"] == []


def test_other_workspaces_see_nothing(door: Door) -> None:
    for path, parameters in private_reads(door):
        answer = door.ask(path, MEMBER, "other", **parameters)
        assert answer.status_code in (200, 404)
        assert "HER-12" not in answer.text


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_nobody_reads_anonymously(door: Door, header: dict[str, str]) -> None:
    answer = door.client.get("/v1/facts", headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert door.client.get("/healthz").status_code == 200
    assert door.client.get("/readyz").json() == {"database": True}


BAD = [
    ("/v1/facts", {"as_of": "2026-03-02T09:00:00"}, "as_of"),
    ("/v1/facts", {"as_of": "yesterday"}, "as_of"),
    ("/v1/facts", {"limit": 0}, "limit"),
    ("/v1/facts", {"cursor": "nonsense!"}, "cursor"),
    ("/v1/facts", {"cursor": "W10"}, "cursor"),
    ("/v1/facts", {"cursor": "WyJhIiwgImIiXQ"}, "cursor"),
    ("/v1/facts", {"cursor": "WyIyMDI2LTAxLTAxIiwgImIiXQ"}, "cursor"),
    ("/v1/facts", {"subject": "a\x00"}, "subject"),
    ("/v1/search", {}, "q"),
    ("/v1/search", {"q": ""}, "q"),
    ("/v1/search", {"q": "x" * 1001}, "q"),
    ("/v1/entities", {"limit": "many"}, "limit"),
    ("/v1/entities/a%00b", {}, "entity_id"),
    ("/v1/entities/x", {"as_of": "2026-03-02T09:00:00"}, "as_of"),
    ("/v1/conversations", {"cursor": "x"}, "cursor"),
]


@pytest.mark.parametrize(("path", "parameters", "field"), BAD)
def test_bad_parameters_are_refused_by_name(door: Door, path: str, parameters: dict[str, Any], field: str) -> None:
    answer = door.ask(path, **parameters)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_refusal_is_worded_as_in_the_other_services(door: Door) -> None:
    refused = door.ask("/v1/conversations", limit=0).json()
    assert (refused["field"], refused["detail"]) == ("limit", "limit: Input should be greater than or equal to 1")


@pytest.mark.parametrize(
    "path", ["/v1/messages/x", "/v1/entities/x", "/v1/neighbours/x", "/v1/conversations/a/b", "/v2"]
)
def test_what_is_not_there_is_not_found(door: Door, path: str) -> None:
    answer = door.ask(path)
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


def test_conversation_shows_messages_facts_and_summary(door: Door, database: Database) -> None:
    page = door.get("/v1/conversations/chat:heron", OUTSIDER, limit=2)
    assert [said["text"] for said in page["messages"]] == [
        "Rui takes over HER-12 of Project Heron.", "HER-12 is blocked: the login times out",
    ]  # fmt: skip
    rest = door.get("/v1/conversations/chat:heron", OUTSIDER, limit=2, cursor=page["next"])
    assert (len(rest["messages"]), rest["next"]) == (1, None)
    assert page["summary"] is None
    facts = {(one["predicate"], one["object"]["name"]): one for one in page["facts"]}
    assert facts["assigned_to", "Rui Salgueiro"]["evidence"][0]["quote"] == "Rui takes over HER-12"
    assert facts["status", "blocked"]["valid_to"] == at(20).isoformat().replace("+00:00", "Z")
    ids = [(said["message_id"], said["event_id"]) for said in page["messages"] + rest["messages"]]
    store(database, summary(state_of(ids), "HER-12 is done."), summary("old", "Old."))
    seen = door.get("/v1/conversations/chat:heron", OUTSIDER)
    assert seen["summary"]["sentences"][0]["text"] == "HER-12 is done."
    assert (seen["summary"]["stale"], seen["summary"]["settled_at"]) == (
        False,
        at(100).isoformat().replace("+00:00", "Z"),
    )
    assert len(door.get("/v1/conversations/chat:heron")["parts"]) == 2
    assert [one["summarised"] for one in door.get("/v1/conversations", OUTSIDER)["items"]] == [True]


def test_conversations_are_paged_latest_first(door: Door) -> None:
    seen, cursor = [], None
    while True:
        page = door.get("/v1/conversations", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [(one["id"], one["audience"]) for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [("chat:board", "group:chat:board"), ("chat:heron", "group:chat:board"), ("chat:heron", "public")]


def test_message_names_its_things(door: Door) -> None:
    said = door.get(f"/v1/messages/{derived_id('message', WORKSPACE, '1')}", OUTSIDER)
    assert [one["node"]["name"] for one in said["mentions"]] == ["Rui Salgueiro", "HER-12", "Project Heron"]
    assert said["tags"]["intents"][0]["label"] == "decision"
    assert said["conversation"]["title"] == "Heron"
    assert said["sent_at"].endswith("Z")


def test_entities_by_beginning_label_and_page(door: Door) -> None:
    assert [one["name"] for one in door.get("/v1/entities", q="her")["items"]] == ["HER-12", "Project Heron"]
    assert [one["name"] for one in door.get("/v1/entities", q="pro HER")["items"]] == ["Project Heron"]
    assert [one["name"] for one in door.get("/v1/entities", label="person", q="rui")["items"]] == ["Rui Salgueiro"]
    first = door.get("/v1/entities", limit=2)
    second = door.get("/v1/entities", limit=2, cursor=first["next"])
    assert {one["id"] for one in first["items"]}.isdisjoint(one["id"] for one in second["items"])
    assert door.get("/v1/entities", OUTSIDER, q="quick")["items"] == []


def test_entity_with_facts_and_neighbours(door: Door) -> None:
    her = node(door, "HER-12")
    seen = door.get(f"/v1/entities/{her}", OUTSIDER)
    assert {(one["predicate"], one["object"]["name"]) for one in seen["facts"]} == {
        ("assigned_to", "Rui Salgueiro"), ("part_of", "Project Heron"), ("status", "blocked"), ("status", "done"),
    }  # fmt: skip
    assert {one["name"] for one in seen["neighbours"]} == {"Rui Salgueiro", "Project Heron", "blocked", "done"}
    then = door.get(f"/v1/entities/{her}", OUTSIDER, as_of=at(15).isoformat())
    assert "done" not in {one["object"]["name"] for one in then["facts"]}
    capped = door.get(f"/v1/neighbours/{her}", OUTSIDER, limit=1)
    assert (len(capped["items"]), capped["capped"]) == (1, True)
    rui = door.get(f"/v1/neighbours/{node(door, 'Rui Salgueiro')}")
    assert [(one["name"], one["predicates"]) for one in rui["items"]] == [("HER-12", ["assigned_to"])]


def test_facts_at_a_moment(door: Door) -> None:
    def states(user: str, **parameters: Any) -> list[str]:
        page = door.get("/v1/facts", user, subject="her-12", predicate="status", **parameters)
        return [one["object"]["name"] for one in page["items"]]

    assert states(OUTSIDER) == ["done"]
    assert states(OUTSIDER, as_of=at(12).isoformat()) == ["blocked"]
    assert states(OUTSIDER, as_of="2026-03-02T12:12:00+03:00") == ["blocked"]
    assert states(OUTSIDER, as_of=at(1).isoformat()) == []
    assert states(OUTSIDER, history=True) == ["blocked", "done"]
    assert states(MEMBER) == ["done", "cancelled"]
    assert states(MEMBER, conversation="chat:board") == ["cancelled"]
    first = door.get("/v1/facts", history=True, limit=2)
    second = door.get("/v1/facts", history=True, limit=200, cursor=first["next"])
    assert len({one["id"] for one in first["items"] + second["items"]}) == len(first["items"] + second["items"]) == 7


def test_search_by_words_and_meaning(door: Door) -> None:
    found = door.get("/v1/search", OUTSIDER, q="login bug")
    assert found["degraded"] is None
    best = found["items"][0]
    assert (best["message"]["text"], best["found_by"]) == ("HER-12 is blocked: the login times out", ["text", "vector"])
    chinese = door.get("/v1/search", OUTSIDER, q="登录超时")["items"][0]
    assert "text" in chinese["found_by"]
    assert "登录超时" in chinese["message"]["text"]
    door.get("/v1/search", OUTSIDER, q="login bug")
    assert door.inference.asked == ["login bug", "登录超时"], "asked once, then remembered"


def test_search_without_vectors_says_so(door: Door) -> None:
    door.inference.away = True
    found = door.get("/v1/search", OUTSIDER, q="who fixed the login")
    assert found["degraded"] == "text only"
    assert [hit["found_by"] for hit in found["items"]] == [["text"]]
    assert door.get("/v1/search", OUTSIDER, q="?!")["items"] == []


def test_questions_are_asked_no_more_than_a_few_at_once(door: Door) -> None:
    for _ in range(4):
        door.questions._free.acquire()
    assert door.get("/v1/search", q="something new")["degraded"] == "text only"
    assert door.inference.asked == []


def test_vectors_of_questions_are_remembered_up_to_a_size(door: Door) -> None:
    for question in ("one", "two", "three"):
        assert door.questions.vector(WORKSPACE, question)
    assert len(door.questions._known) == 2


def test_statements_that_take_too_long_are_given_up(database: Database) -> None:
    with pytest.raises(Retryable, match="timeout"), database.reading(0.05) as connection:
        connection.execute("SELECT pg_sleep(5)")


def test_openapi_describes_every_door(door: Door) -> None:
    paths = door.client.get("/openapi.json").json()["paths"]
    assert {path for path in paths if path.startswith("/v1")} == {
        "/v1/conversations", "/v1/conversations/{conversation_id}", "/v1/messages/{message_id}", "/v1/entities",
        "/v1/entities/{entity_id}", "/v1/neighbours/{entity_id}", "/v1/facts", "/v1/search",
    }  # fmt: skip
    assert all(door["get"]["security"] for path, door in paths.items())


HOT: list[tuple[str, dict[str, Any], str]] = [
    ("read_conversations", {"before_at": at(99_999), "before_id": "", "limit": 20}, "conversations_by_time"),
    ("read_conversation", {"conversation_id": "c1"}, "conversations_pkey"),
    ("read_messages", {"conversation_id": "c1", "after_at": at(-1), "after_id": "", "limit": 50},
     "messages_by_conversation"),
    ("read_message", {"message_ids": ["x"]}, "messages_pkey"),
    ("read_mentions", {"message_id": "x"}, "mentions_pkey"),
    ("read_entities", {"label": None, "after_norm": "", "after_id": "", "limit": 20}, "nodes_by_name"),
    ("read_entities_named", {"label": None, "words": "'her':* & '77':*", "after_norm": "", "after_id": "", "limit": 20},
     "nodes_by_words"),
    ("read_entity", {"node_id": "x"}, "nodes_pkey"),
    ("read_facts_of_entity", {"node_id": "x", "as_of": None, "limit": 50}, "facts_by_object"),
    ("read_facts_of_subject", {"subjects": ["x"], "predicate": "status", "as_of": None, "conversation_id": None,
     "after_at": at(-1), "after_id": "", "limit": 50}, "facts_by_subject"),
    ("read_facts", {"predicate": None, "as_of": at(9999), "after_at": at(-1), "after_id": "", "limit": 20},
     "facts_by_time"),
    ("read_facts_of_conversation", {"conversation_id": "c1", "predicate": None, "as_of": None, "after_at": at(-1),
     "after_id": "", "limit": 50}, "facts_by_conversation"),
    ("read_neighbours", {"node_id": "x", "fan_out": 50, "limit": 20}, "facts_by_subject"),
    ("search_text", {"query": "'login77'", "limit": 50}, "messages_by_search"),
    ("search_vectors", {"embedding": "[" + ",".join(["0.1"] * 384) + "]", "limit": 50}, "embeddings_by_nearness"),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(stack: RunningStack) -> Iterator[Database]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        database = Database(url, 2)
        database.open()
        records: list[Record] = []
        for number in range(4000):
            text = f"[W:HER-{number}] is blocked, login{number} fails"
            said = message(text, id_=str(number), minute=number, conversation=f"c{number // 8}")
            vector = [float(number % 7), float(number % 11), *[0.1] * 382]
            records.append(enriched(text, said, ["blocker"], embedding=vector))
        records += [summary("s", "Settled.", conversation=f"c{number}") for number in range(500)]
        for start in range(0, len(records), 500):
            store(database, *records[start : start + 500])
        with database.transaction("testing") as connection:
            assert index_vectors(connection, keep=0, limit=5000) == 4000
        with database.transaction("testing") as connection:
            connection.execute("ANALYZE")
        yield database
        database.close()


@pytest.mark.parametrize(("name", "parameters", "index"), HOT, ids=[row[0] for row in HOT])
def test_hot_queries_use_their_index(filled: Database, name: str, parameters: dict[str, Any], index: str) -> None:
    sight = {"workspace": WORKSPACE, "audiences": ["public"]}
    with filled.transaction("explaining") as connection:
        rows = connection.execute("EXPLAIN " + sql(name), {**parameters, **sight}).fetchall()
    text = "\n".join(str(row["QUERY PLAN"]) for row in rows)
    assert index in text, text
    assert "Seq Scan" not in text, text
