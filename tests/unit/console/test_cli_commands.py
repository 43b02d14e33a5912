"""The commands as a person types them, against services that answer from memory."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner, Result

from plait_console.cli import app
from plait_shared.auth import AuthSettings, TokenVerifier
from plait_shared.health import HttpServer
from plait_shared.settings import ServiceSettings

SECRET = "s" * 32
URLS = ("PLAIT_INGEST_URL", "PLAIT_GRAPH_URL", "PLAIT_NOTIFICATION_URL")


@dataclass
class Fake:
    """One server that plays every service; ``answers`` by path, ``asked`` is what came."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.query_params), await request.body()))
        authorization = request.headers.get("Authorization")
        if request.method == "GET":
            verifier = TokenVerifier(AuthSettings(token_secret=SECRET))
            self.users.append(verifier.verify(authorization).user)
        answer = self.answers.get(request.url.path)
        if callable(answer):
            answer = answer(self.asked[-1][2])
        return JSONResponse({"detail": "there is no such thing"}, 404) if answer is None else JSONResponse(answer)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Fake, int]]:
    import socket

    fake, stop = Fake(), threading.Event()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    routes = [Route("/{path:path}", fake.handle, methods=["GET", "POST"])]
    http = HttpServer(Starlette(routes=routes), ServiceSettings(http_port=port))
    thread = threading.Thread(target=http.run, args=(stop,), name="fake")
    thread.start()
    while not http.ready():
        threading.Event().wait(0.01)
    yield fake, port
    stop.set()
    thread.join()


@pytest.fixture
def fake(server: tuple[Fake, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fake:
    found, port = server
    found.answers.clear()
    found.asked.clear()
    found.users.clear()
    for name in URLS:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    monkeypatch.setenv("PLAIT_API_KEY", "key")
    monkeypatch.setenv("PLAIT_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path / "home"))
    return found


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*URLS, "PLAIT_API_KEY", "PLAIT_TOKEN_SECRET", "PLAIT_TOKEN", "PLAIT_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path / "home"))


def plait(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def accept_all(body: bytes) -> dict[str, Any]:
    rows = [{"id": e["id"], "message_id": f"m-{e['id']}", "status": "accepted"} for e in json.loads(body)]
    return {"accepted": rows, "rejected": []}


HELPS = (
    "up", "down", "status", "logs", "doctor", "init", "demo", "token", "send", "tail", "topics", "search", "facts",
    "show", "digest", "import jsonl", "import slack-export", "import mbox", "import vtt", "dlq list", "dlq show",
    "dlq replay",
)  # fmt: skip


@pytest.mark.parametrize("command", HELPS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = plait(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


@pytest.mark.parametrize(
    "command",
    [
        ["topics"],
        ["tail", "message"],
        ["dlq", "list"],
        ["token", "--for", "ines"],
        ["search", "x", "--for", "ines"],
        ["facts", "--for", "ines"],
        ["digest", "--for", "ines"],
        ["show", "entity", "x", "--for", "ines"],
        ["send", "hi", "--conversation", "c", "--author", "a"],
        ["init"],
    ],
)
def test_without_a_stack_every_command_says_how_to_start_one(nothing: None, command: list[str]) -> None:
    result = plait(*command)
    assert result.exit_code == 1
    assert "plait up" in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize(("command", "code"), [(["down"], 0), (["status"], 1), (["logs", "ingest"], 1)])
def test_a_stack_that_never_ran(nothing: None, command: list[str], code: int) -> None:
    result = plait(*command)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_status_as_json(nothing: None) -> None:
    result = plait("status", "--json")
    assert json.loads(result.stdout)["phase"] == "never started"


def test_logs_shows_the_last_lines_and_names_those_that_exist(nothing: None, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "logs"
    folder.mkdir(parents=True)
    (folder / "ingest.log").write_text("one\ntwo\n", "utf-8")
    assert plait("logs", "ingest").stdout == "one\ntwo\n"
    assert "there are: ingest" in plait("logs", "nobody").output


def test_a_bad_setting_is_named(nothing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_KAFKA_HEAP_MB", "1")
    result = plait("status")
    assert result.exit_code == 1
    assert "PLAIT_KAFKA_HEAP_MB" in result.output


def test_a_token_speaks_for_its_person(fake: Fake) -> None:
    token = plait("token", "--for", "ines", "--workspace", "heron").stdout.strip()
    caller = TokenVerifier(AuthSettings(token_secret=SECRET)).verify(f"Bearer {token}")
    assert (caller.user, caller.workspace) == ("ines", "heron")


def test_a_token_from_elsewhere_is_not_signed_here(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_TOKEN", "abc")
    assert "unset it" in plait("token", "--for", "ines").output


def test_send_makes_one_message(fake: Fake) -> None:
    fake.answers["/v1/events"] = accept_all
    result = plait("send", "I'll fix it", "--conversation", "chat:x", "--author", "a@b.example", "--group", "g")
    assert result.exit_code == 0
    assert result.stdout.startswith("accepted · event console:")
    (event,) = json.loads(fake.asked[0][2])
    assert event["type"] == "plait.message"
    assert event["data"]["text"] == "I'll fix it"
    assert event["data"]["audience"]["group"] == "g"


def test_send_reports_a_refusal(fake: Fake) -> None:
    fake.answers["/v1/events"] = {"accepted": [], "rejected": [{"index": 0, "detail": "no author"}]}
    result = plait("send", "x", "--conversation", "c", "--author", "a")
    assert result.exit_code == 1
    assert "no author" in result.output
    assert "empty" in plait("send", " ", "--conversation", "c", "--author", "a").output


def jsonl(path: Path, count: int) -> Path:
    path.write_text("".join(json.dumps({"id": str(n), "text": "x"}) + "\n" for n in range(count)), "utf-8")
    return path


def test_import_goes_on_where_it_stopped(fake: Fake, tmp_path: Path) -> None:
    fake.answers["/v1/events"] = accept_all
    path = jsonl(tmp_path / "a.jsonl", 150)
    assert plait("import", "jsonl", str(path)).stdout.strip() == "150 accepted · 0 rejected"
    assert plait("import", "jsonl", str(path)).stdout.strip() == (
        "0 accepted · 150 done by an earlier run · 0 rejected"
    )
    assert len(fake.asked) == 2
    again = plait("import", "jsonl", str(path), "--no-resume")
    assert again.stdout.strip() == "150 accepted · 0 rejected"


def test_import_keeps_what_was_done_when_ingest_fails(fake: Fake, tmp_path: Path) -> None:
    left = [100, 0]

    def once(body: bytes) -> Any:
        return accept_all(body) if left.pop(0) else {"oops": 1, "accepted": [{}]}

    fake.answers["/v1/events"] = once
    path = jsonl(tmp_path / "a.jsonl", 150)
    assert plait("import", "jsonl", str(path)).exit_code == 1
    fake.answers["/v1/events"] = accept_all
    assert "50 accepted · 100 done by an earlier run" in plait("import", "jsonl", str(path)).stdout


def test_import_ends_with_1_when_something_was_rejected(fake: Fake, tmp_path: Path) -> None:
    fake.answers["/v1/events"] = accept_all
    path = jsonl(tmp_path / "a.jsonl", 1)
    path.write_text(path.read_text("utf-8") + "broken\n", "utf-8")
    result = plait("import", "jsonl", str(path))
    assert result.exit_code == 1
    assert "line 2: not JSON" in result.output
    assert "1 accepted · 1 rejected" in result.output


def test_a_dry_run_sends_nothing(fake: Fake, tmp_path: Path) -> None:
    result = plait("import", "jsonl", str(jsonl(tmp_path / "a.jsonl", 3)), "--dry-run")
    assert result.stdout.strip() == "3 would be sent · 0 rejected"
    assert fake.asked == []


WEEK = Path("services/console/plait_console/demo/week")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["mbox", str(WEEK / "mail.mbox")], 17),
        (
            [
                "vtt", str(WEEK / "monday-planning.vtt"), "--meeting-id", "m", "--title", "T",
                "--started-at", "2026-03-02T10:00:00+00:00",
            ],
            17,
        ),
    ],
)  # fmt: skip
def test_other_importers_from_the_command_line(fake: Fake, words: list[str], count: int) -> None:
    assert plait("import", *words, "--dry-run").stdout.strip() == f"{count} would be sent · 0 rejected"


def test_a_file_that_is_not_there(fake: Fake) -> None:
    result = plait("import", "mbox", "nowhere.mbox")
    assert result.exit_code == 2
    assert "does not exist" in result.output


FACT = {
    "subject": {"name": "HER-12"},
    "predicate": "assigned_to",
    "object": {"name": "Rui Salgueiro"},
    "valid_from": "2026-03-05T10:00:00+00:00",
    "valid_to": None,
    "confidence": 0.93,
}


def test_facts_are_asked_for_and_shown(fake: Fake) -> None:
    fake.answers["/v1/facts"] = {"items": [FACT], "next": None}
    result = plait("facts", "--subject", "HER-12", "--as-of", "2026-03-06T00:00:00Z", "--for", "rui")
    assert "HER-12 assigned to Rui Salgueiro" in result.stdout
    assert "93%" in result.stdout
    assert fake.asked[0][1] == {"subject": "HER-12", "as_of": "2026-03-06T00:00:00Z"}
    assert fake.users == ["rui"]
    plait("facts", "--as-of", "ever", "--for", "rui")
    assert fake.asked[1][1] == {"history": "true"}
    assert json.loads(plait("facts", "--for", "rui", "--json").stdout)["items"] == [FACT]


def test_nothing_found_is_said(fake: Fake) -> None:
    fake.answers |= {"/v1/facts": {"items": []}, "/v1/search": {"items": []}}
    assert "no such facts" in plait("facts", "--for", "rui").output
    assert "nothing found" in plait("search", "x", "--for", "rui").output


def test_search_shows_who_said_what(fake: Fake) -> None:
    hit = {
        "message": {
            "text": "Who pays for the gateways?",
            "author": {"name": "贺铭"},
            "conversation": {"id": "chat:j", "title": "霁川"},
            "sent_at": "2026-03-05T10:00:00+00:00",
        }
    }
    fake.answers["/v1/search"] = {"items": [hit], "degraded": "text only"}
    shown = plait("search", "gateways", "--for", "heming").stdout
    assert all(word in shown for word in ("贺铭", "霁川", "[chat:j]", "Who pays for the gateways?"))
    assert fake.asked[0][1] == {"q": "gateways", "limit": "10"}


SAID = {
    "text": "We roll back.",
    "author": {"name": "Rui"},
    "conversation": {"id": "chat:x/t 1", "title": "Outage"},
    "sent_at": "2026-03-05T10:00:00+00:00",
    "tags": {"intents": [{"label": "decision", "score": 0.9}], "topic": {"label": "engineering"}},
    "mentions": [{"text": "HER-12", "node": {"name": "HER-12", "label": "WORK"}}],
}


def test_a_conversation_is_laid_out(fake: Fake) -> None:
    fake.answers["/v1/conversations/chat:x/t 1"] = {
        "parts": [
            {"title": "Outage", "messages": 1, "first_at": SAID["sent_at"], "last_at": None, "audience": "public"}
        ],
        "summaries": [
            {
                "stale": True,
                "sentences": [{"text": "The flag went back."}],
                "decisions": [{"text": "Roll back", "reversed": True}],
                "actions": [{"what": "Write it up", "owner": {"name": "Rui"}, "due": "Friday"}],
                "questions": [{"text": "Who knew?", "answered_by": None}],
            }
        ],
        "facts": [FACT],
        "messages": [SAID],
    }
    shown = plait("show", "conversation", "chat:x/t 1", "--for", "rui").stdout
    for words in (
        "Outage · 1 messages",
        "Summary (messages came after it)",
        "Roll back  (taken back)",
        "Write it up  → Rui  due Friday",
        "Who knew?  (open)",
        "HER-12 assigned to Rui Salgueiro  (Thu 05 Mar 10:00 –)",
        "Thu 05 Mar 10:00  Rui: We roll back.",
    ):
        assert words in shown


def test_an_entity_is_found_by_name(fake: Fake) -> None:
    id_ = "11111111-1111-1111-1111-111111111111"
    node = {"id": id_, "label": "WORK", "name": "HER-12", "mentions": 7}
    fake.answers["/v1/entities"] = {"items": [node, node | {"name": "HER-120"}]}
    fake.answers[f"/v1/entities/{id_}"] = node | {
        "facts": [FACT],
        "neighbours": [{"name": "Rui", "predicates": ["assigned_to"]}],
    }
    shown = plait("show", "entity", "her-12", "--for", "rui").stdout
    assert "HER-12 · WORK · named 7 times" in shown
    assert "Rui (assigned_to)" in shown
    assert "There are HER-12 (WORK" in plait("show", "entity", "HER", "--for", "rui").output
    fake.answers["/v1/entities"] = {"items": []}
    assert "None that you may see" in plait("show", "entity", "HER", "--for", "rui").output


def test_a_message_is_laid_out(fake: Fake) -> None:
    fake.answers["/v1/messages/m"] = SAID
    shown = plait("show", "message", "m", "--for", "rui").stdout
    for words in (
        "Rui · Outage [chat:x/t 1]",
        "We roll back.",
        "decision 90%",
        "topic engineering",
        "HER-12: HER-12 (WORK)",
    ):
        assert words in shown


def test_what_is_not_there_is_one_line(fake: Fake) -> None:
    result = plait("show", "message", "x", "--for", "rui")
    assert result.exit_code == 1
    assert result.output.strip() == "plait: there is no such thing"


def test_digest(fake: Fake) -> None:
    fake.answers["/v1/digest"] = {"title": "Thursday", "body": "- **Decisions**: roll-ups stay"}
    shown = plait("digest", "--for", "ines", "--date", "2026-03-05").stdout
    assert "Thursday" in shown
    assert "roll-ups stay" in shown
    assert fake.asked[0][1] == {"date": "2026-03-05"}


def test_a_service_that_is_away(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_GRAPH_URL", "http://127.0.0.1:9")
    result = plait("facts", "--for", "rui")
    assert result.exit_code == 1
    assert "plait status" in result.output


@pytest.mark.parametrize("broken", [lambda: plait("tail", "nonsense")])
def test_an_unknown_topic_names_those_that_exist(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, broken: Callable[[], Result]
) -> None:
    monkeypatch.setenv("PLAIT_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("PLAIT_REGISTRY_URL", "http://127.0.0.1:9")
    result = broken()
    assert result.exit_code == 1
    assert "enrichment" in result.output
