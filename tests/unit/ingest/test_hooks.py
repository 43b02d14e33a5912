"""The hooks of GitHub and Slack over HTTP: signatures, answers, refusals."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from tests.unit.ingest.test_github import payload as github_payload
from tests.unit.ingest.test_slack import event as slack_event
from tests.unit.ingest.world import GITHUB_SECRET, SLACK_SECRET, House, problem


def github(house: House, body: bytes, event: str = "issues", **changes: str) -> Any:
    signature = "sha256=" + hmac.new(GITHUB_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": event, "X-GitHub-Delivery": "d1", **changes}
    return house.http.post("/v1/hooks/github", content=body, headers={k: v for k, v in headers.items() if v})


def test_github_hook() -> None:
    house = House()
    body = json.dumps(github_payload("opened")).encode()
    assert github(house, body).json()["accepted"][0]["status"] == "accepted"
    assert github(house, body).json()["accepted"][0]["status"] == "duplicate"
    assert "labeled" in github(house, json.dumps(github_payload("labeled")).encode()).json()["ignored"]
    assert github(house, b"{}", "ping").status_code == 200


def test_github_hook_as_a_form() -> None:
    house = House()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode({"payload": json.dumps(github_payload("opened"))}).encode()
    assert github(house, body, **form).status_code == 202
    problem(github(house, b"nonsense", **form), 400)


def test_github_hook_refuses() -> None:
    house = House()
    problem(github(house, b"{}", **{"X-Hub-Signature-256": "sha256=00"}), 401)
    problem(github(house, b"{}", **{"X-Hub-Signature-256": ""}), 401)
    assert problem(github(house, b"{}", ""), 422)["field"] == "X-GitHub-Event"
    problem(github(house, b"{"), 400)
    assert problem(github(house, b'{"action": "opened"}'), 422)["field"] == "issue"


def slack(house: House, body: bytes, at: int | str | None = None, **changes: str) -> Any:
    stamp = str(round(house.now.timestamp()) if at is None else at)
    made = hmac.new(SLACK_SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + made, **changes}
    return house.http.post("/v1/hooks/slack", content=body, headers=headers)


def test_slack_hook() -> None:
    house = House()
    body = json.dumps(slack_event()).encode()
    assert slack(house, body).json()["accepted"][0]["status"] == "accepted"
    assert slack(house, body, **{"X-Slack-Retry-Num": "1"}).json()["accepted"][0]["status"] == "duplicate"
    assert slack(house, b'{"type": "url_verification", "challenge": "c"}').json() == {"challenge": "c"}
    assert slack(house, b'{"type": "app_rate_limited"}').json()["ignored"]


def test_slack_hook_refuses() -> None:
    house = House()
    now = round(house.now.timestamp())
    problem(slack(house, b"{}", now - 301), 401)
    problem(slack(house, b"{}", now + 301), 401)
    problem(slack(house, b"{}", "soon"), 401)
    problem(slack(house, b"{}", **{"X-Slack-Signature": "v0=00"}), 401)
    problem(slack(house, b"{}", **{"X-Slack-Signature": ""}), 401)
    problem(slack(house, b"{"), 400)
