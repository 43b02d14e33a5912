"""The HTTP generator against a server that misbehaves in every way that servers do."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tenacity import wait_none

from plait_inference.endpoint import Endpoint
from plait_inference.writing.generator import Prompt
from plait_shared.errors import Misconfigured, Overloaded, Retryable

PROMPTS = [Prompt("be brief", f"text {number}") for number in range(3)]
Reply = tuple[int, bytes, dict[str, str]]


def completion(text: str | None) -> Reply:
    return 200, json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode(), {}


class Server:
    """A server on loopback whose replies a test decides; keeps what it was asked."""

    def __init__(self) -> None:
        self.reply: Callable[[int, dict[str, Any]], Reply] = lambda number, body: completion("yes")
        self.asked: list[tuple[str, str | None, dict[str, Any]]] = []
        self.released = threading.Event()
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with outer._lock:
                    outer.asked.append((self.path, self.headers["authorization"], body))
                    number = len(outer.asked)
                status, content, headers = outer.reply(number, body)
                if status == 0:  # hangs
                    outer.released.wait(10)
                    return
                self.send_response(status)
                for name, value in {"content-length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Nothing is printed."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1/"
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, name="server")
        self.thread.start()

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def endpoint(server: Server) -> Iterator[Endpoint]:
    with Endpoint(server.url, "small", "sk-1", 5.0, 64) as made:
        made._wait = wait_none()  # type-compatible: no test waits
        yield made


def test_each_prompt_gets_its_text_in_order(server: Server, endpoint: Endpoint) -> None:
    server.reply = lambda number, body: completion(body["messages"][1]["content"].upper())
    assert endpoint.generate(PROMPTS) == ["TEXT 0", "TEXT 1", "TEXT 2"]
    assert {(path, key) for path, key, _ in server.asked} == {("/v1/chat/completions", "Bearer sk-1")}
    body = server.asked[0][2]
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("small", 0, 64)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert endpoint.generate([]) == []


def test_without_a_key_none_is_sent(server: Server) -> None:
    with Endpoint(server.url, "small", None, 5.0, 64) as keyless:
        keyless.check()
    assert server.asked[0][1] is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 408])
def test_trouble_that_passes_is_waited_for(server: Server, endpoint: Endpoint, status: int) -> None:
    server.reply = lambda number, body: (status, b"busy", {}) if number < 3 else completion("yes")
    assert endpoint.generate(PROMPTS[:1]) == ["yes"]
    assert len(server.asked) == 3


def test_trouble_that_stays_is_for_the_runner(server: Server, endpoint: Endpoint) -> None:
    server.reply = lambda number, body: (500, b"", {})
    with pytest.raises(Retryable, match="answers 500"):
        endpoint.generate(PROMPTS[:1])
    assert len(server.asked) == 3


@pytest.mark.parametrize(("after", "seconds"), [("7", 7.0), ("99999", 60.0), ("0", 0.1), ("soon", 1.0), (None, 1.0)])
def test_a_full_server_says_how_long(server: Server, endpoint: Endpoint, after: str | None, seconds: float) -> None:
    server.reply = lambda number, body: (429, b"", {"retry-after": after} if after else {})
    with pytest.raises(Overloaded) as raised:
        endpoint.generate(PROMPTS[:1])
    assert raised.value.retry_after_s == seconds


def test_a_server_that_hangs_is_left(server: Server) -> None:
    server.reply = lambda number, body: (0, b"", {})
    with Endpoint(server.url, "small", None, 0.1, 64) as hasty:
        hasty._wait = wait_none()
        with pytest.raises(Retryable, match=r"does not answer within 0\.1 s"):
            hasty.generate(PROMPTS[:1])
    assert len(server.asked) == 3


def test_a_server_that_is_not_there_is_waited_for(server: Server) -> None:
    server.close()
    with Endpoint(server.url, "small", None, 1.0, 64) as lost:
        lost._wait = wait_none()
        with pytest.raises(Retryable, match="does not answer"):
            lost.generate(PROMPTS[:1])


GARBAGE = [
    b"",
    b"<html>",
    b"{",
    b"[]",
    b'{"choices": []}',
    b'{"choices": [{}]}',
    b'{"choices": [{"message": {"content": 3}}]}',
]


@pytest.mark.parametrize("content", GARBAGE)
def test_garbage_is_no_text_and_at_the_start_no_server(server: Server, endpoint: Endpoint, content: bytes) -> None:
    server.reply = lambda number, body: (200, content, {})
    with pytest.raises(Retryable, match="no chat completion"):
        endpoint.generate(PROMPTS[:1])
    with pytest.raises(Misconfigured, match="base URL of an OpenAI-compatible API"):
        endpoint.check()


def test_an_empty_text_is_one(server: Server, endpoint: Endpoint) -> None:
    server.reply = lambda number, body: completion(None)
    assert endpoint.generate(PROMPTS[:1]) == [""]


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_text_that_is_refused_costs_itself_alone(server: Server, endpoint: Endpoint, status: int) -> None:
    def reply(number: int, body: dict[str, Any]) -> Reply:
        bad = body["messages"][1]["content"] == "text 1"
        return (status, b"context length exceeded", {}) if bad else completion("yes")

    server.reply = reply
    assert endpoint.generate(PROMPTS) == ["yes", "", "yes"]
    server.reply = lambda number, body: (status, b"no such parameter: temperature", {})
    with pytest.raises(Misconfigured, match="no such parameter"):
        endpoint.check()


@pytest.mark.parametrize(
    ("status", "said"), [(401, "KEY"), (403, "KEY"), (404, "MODEL"), (405, "MODEL"), (301, "MODEL")]
)
def test_a_wrong_setting_is_named(server: Server, endpoint: Endpoint, status: int, said: str) -> None:
    server.reply = lambda number, body: (status, b"", {"location": "http://127.0.0.1:9/"} if status == 301 else {})
    with pytest.raises(Misconfigured, match=f"PLAIT_GENERATOR_{said}") as raised:
        endpoint.generate(PROMPTS[:1])
    assert "sk-1" not in str(raised.value)
    assert len(server.asked) == 1


def test_another_model_is_another_revision(server: Server) -> None:
    made = [Endpoint(server.url, model, None, 1.0, tokens) for model, tokens in (("a", 64), ("b", 64), ("a", 65))]
    assert len({each.revision for each in made}) == 3
    for each in made:
        each.close()
