"""Sending and importing from the command line, into an ingest that answers from memory."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.console.world import Fake, accept_all, plait


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


def test_what_ingest_refused_is_sent_again_until_it_is_taken(fake: Fake, tmp_path: Path) -> None:
    def refuses_the_second(body: bytes) -> dict[str, Any]:
        first, *_ = accept_all(body)["accepted"]
        return {"accepted": [first], "rejected": [{"index": 1, "detail": "author: is unknown"}]}

    def refuses(body: bytes) -> dict[str, Any]:
        return {"accepted": [], "rejected": [{"index": 0, "detail": "author: is unknown"}]}

    path = jsonl(tmp_path / "a.jsonl", 2)
    fake.answers["/v1/events"] = refuses_the_second
    assert plait("import", "jsonl", str(path)).exit_code == 1
    fake.answers["/v1/events"] = refuses
    again = plait("import", "jsonl", str(path))
    assert again.exit_code == 1
    assert "line 2: author: is unknown" in again.output
    fake.answers["/v1/events"] = accept_all
    taken = plait("import", "jsonl", str(path))
    assert taken.exit_code == 0
    assert taken.stdout.strip() == "1 accepted · 1 done by an earlier run · 0 rejected"
    assert len(json.loads(fake.asked[-1][2])) == 1
    assert plait("import", "jsonl", str(path)).stdout.strip() == "0 accepted · 2 done by an earlier run · 0 rejected"


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
