"""Who sees what: by every door, only what the caller may see."""

import pytest

from tests.integration.knowledge_graph.door import MEMBER, OUTSIDER, WORD, Door, private_reads

pytestmark = pytest.mark.integration


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
