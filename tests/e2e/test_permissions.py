"""A member of a private channel finds what was said there; a non-member finds nothing of it, by any read."""

import threading
from typing import Any

import httpx
import pytest

from tests.e2e.world import World, said

pytestmark = [pytest.mark.e2e, pytest.mark.model]
GROUP = "chat:board"
WORD = "Quicksilver"
TEXTS = [
    ("ann", f"@Cleo could you send the {WORD} severance draft by Friday?"),
    ("cleo", f"Will do. The {WORD} severance draft is due on Friday."),
    ("ann", f"We decided: Project {WORD} closes in June. @Cleo do you agree?"),
]
MEMBERS, OUTSIDER = ("ann", "cleo"), "dan"


@pytest.fixture(scope="module")
def board(world: World) -> World:
    world.introduce("ann", "cleo", OUTSIDER)
    world.join(GROUP, *MEMBERS)
    audience = {"group": GROUP}
    cleo = {"id": "cleo@orchard.example", "name": "Cleo"}
    world.send(
        [
            said(
                f"board-{n}",
                10_000 + n,
                author,
                text,
                GROUP,
                audience=audience,
                mentions=[cleo] if "@Cleo" in text else [],
            )
            for n, (author, text) in enumerate(TEXTS)
        ]
    )
    world.send([said("board-end", 10_000 + 60 * 30, "dan", "Weekly backup finished", "chat:backup")])
    world.eventually(
        lambda: WORD in world.ask("knowledge_graph", "/v1/search", "ann", q=WORD).text, "search to know it"
    )
    world.eventually(
        lambda: "summary" in (conversation(world, "ann").json() or {}) and conversation(world, "ann").json()["summary"],
        "the summary",
    )
    world.eventually(lambda: WORD in world.ask("notification", "/v1/alerts", "cleo").text, "cleo's alert")
    return world


def conversation(world: World, user: str) -> httpx.Response:
    return world.ask("knowledge_graph", f"/v1/conversations/{GROUP}", user)


READS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "search": ("knowledge_graph", "/v1/search", {"q": f"{WORD} severance"}),
    "conversations": ("knowledge_graph", "/v1/conversations", {"limit": 200}),
    "conversation": ("knowledge_graph", f"/v1/conversations/{GROUP}", {}),
    "entities": ("knowledge_graph", "/v1/entities", {"q": WORD}),
    "facts": ("knowledge_graph", "/v1/facts", {"limit": 200}),
    "facts of the conversation": ("knowledge_graph", "/v1/facts", {"conversation": GROUP}),
    "alerts": ("notification", "/v1/alerts", {}),
    "digest": ("notification", "/v1/digest", {"date": "2026-03-09"}),
}


@pytest.mark.parametrize("name", READS)
def test_outsider_finds_nothing_by(board: World, name: str) -> None:
    service, path, parameters = READS[name]
    answer = board.ask(service, path, OUTSIDER, **parameters)
    assert answer.status_code in (200, 404), answer.text
    assert WORD not in answer.text
    assert "severance" not in answer.text or "q" in parameters
    assert GROUP not in answer.text.replace(path, "") or answer.status_code == 404


@pytest.mark.parametrize("name", ["search", "conversations", "conversation", "entities", "alerts"])
def test_member_finds_it_by(board: World, name: str) -> None:
    service, path, parameters = READS[name]
    answer = board.ask(service, path, "cleo", **parameters)
    assert answer.status_code == 200, answer.text
    assert WORD in answer.text or GROUP in answer.text


def test_single_message_and_entity_are_hidden_by_id(board: World) -> None:
    page = conversation(board, "ann").json()
    ids = [message["message_id"] for message in page["messages"]]
    assert len(ids) == len(TEXTS)
    for id_ in ids:
        assert board.ask("knowledge_graph", f"/v1/messages/{id_}", "cleo").status_code == 200
        assert board.ask("knowledge_graph", f"/v1/messages/{id_}", OUTSIDER).status_code == 404
    found = board.ask("knowledge_graph", "/v1/entities", "ann", q=WORD).json()
    for entity in found["items"]:
        for path in (f"/v1/entities/{entity['id']}", f"/v1/neighbours/{entity['id']}"):
            assert WORD not in board.ask("knowledge_graph", path, OUTSIDER).text


def test_live_stream_tells_members_alone(board: World) -> None:
    heard = {user: Listener(board, user) for user in ("cleo", OUTSIDER)}
    for listener in heard.values():
        listener.start()
    cleo, dan = ({"id": f"{name}@orchard.example", "name": name.title()} for name in ("cleo", OUTSIDER))
    secret = said(
        "live-1",
        20_000,
        "ann",
        f"@Cleo @Dan when is the {WORD} hearing?",
        GROUP,
        audience={"group": GROUP},
        mentions=[cleo, dan],
    )
    open_ = said("live-2", 20_001, "ann", "@Cleo @Dan when is lunch?", "chat:lunch", mentions=[cleo, dan])
    board.send([secret, open_])
    board.eventually(lambda: "lunch" in heard[OUTSIDER].text and WORD in heard["cleo"].text, "both to hear")
    for listener in heard.values():
        listener.stop()
    assert "lunch" in heard["cleo"].text
    assert WORD not in heard[OUTSIDER].text


def test_who_left_the_group_finds_nothing_any_more(board: World) -> None:
    board.join(GROUP, "cleo", active=False, minutes=30_000)
    board.eventually(lambda: conversation(board, "cleo").status_code == 404, "cleo to be shut out")
    assert WORD not in board.ask("notification", "/v1/alerts", "cleo").text
    assert WORD not in board.ask("knowledge_graph", "/v1/search", "cleo", q=f"{WORD} severance").text
    assert conversation(board, "ann").status_code == 200


def test_other_workspace_sees_nothing(board: World) -> None:
    from datetime import UTC, datetime, timedelta

    from plait_shared.auth import Caller, sign

    token = sign(board.secrets.token_secret, Caller("elsewhere", "ann"), datetime.now(UTC), timedelta(hours=1))
    for service, path, parameters in READS.values():
        url = f"{board.stack.address(service)}{path}"
        answer = board.http.get(url, params=parameters, headers={"Authorization": f"Bearer {token}"})
        assert WORD not in answer.text


class Listener(threading.Thread):
    """Reads a person's live stream until told to stop."""

    def __init__(self, world: World, user: str) -> None:
        super().__init__(name=f"live-{user}", daemon=True)
        self._world, self._user = world, user
        self._stop = threading.Event()
        self.text = ""

    def run(self) -> None:
        from datetime import UTC, datetime, timedelta

        from plait_console.stack.services import WORKSPACE
        from plait_shared.auth import Caller, sign

        token = sign(
            self._world.secrets.token_secret, Caller(WORKSPACE, self._user), datetime.now(UTC), timedelta(hours=1)
        )
        url = f"{self._world.stack.address('notification')}/v1/stream"
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(timeout=60, trust_env=False) as http, http.stream("GET", url, headers=headers) as answer:
            for line in answer.iter_lines():
                self.text += line + "\n"
                if self._stop.is_set():
                    break

    def stop(self) -> None:
        self._stop.set()
