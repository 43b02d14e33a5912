"""What Plait knows, as one person may see it: search, facts, show, digest."""

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

import typer

from plait_console.commands.options import AsJson, For
from plait_console.output import err, out, page, print_json, table
from plait_console.shapes import excerpt, fact_line, items, name_of, place_of, when
from plait_console.where import connect

if TYPE_CHECKING:
    from plait_console.api import Api

EVER = "ever"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def search(
    question: Annotated[str, typer.Argument(metavar="TEXT", help="Words or a question, English or Chinese.")],
    user: For,
    limit: Annotated[int, typer.Option(min=1, max=100)] = 10,
    as_json: AsJson = False,
) -> None:
    """Find messages by words and by meaning.

    Example: plait search "who pays for the gateways" --for heming
    """
    answer = _graph(user, "/v1/search", q=question, limit=limit)
    if as_json:
        print_json(answer)
        return
    rows = table("when", "who", "conversation", "what was said")
    found = items(answer)
    for hit in found:
        said = hit["message"]
        rows.add_row(when(said["sent_at"]), name_of(said["author"]), place_of(said["conversation"]), excerpt(said))
    if answer.get("degraded"):
        err().print(f"{answer['degraded']}: the model is away", style="dim")
    page().print(rows) if found else err().print("nothing found")


def facts(
    user: For,
    subject: Annotated[str | None, typer.Option(help="What the fact is about, such as HER-12.")] = None,
    predicate: Annotated[str | None, typer.Option(help="assigned_to, due, status, blocked_by …")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="ISO 8601: facts that held then; `ever`: all; else those that hold.")
    ] = None,
    conversation: Annotated[str | None, typer.Option(help="Only what this conversation says.")] = None,
    as_json: AsJson = False,
) -> None:
    """List facts with the time they hold and how sure they are.

    Example: plait facts --subject HER-12 --as-of 2026-03-03T18:00:00+00:00 --for rui
    """
    asked = {"subject": subject, "predicate": predicate, "as_of": as_of, "conversation": conversation}
    if as_of == EVER:
        asked |= {"as_of": None, "history": "true"}
    answer = _graph(user, "/v1/facts", **asked)
    if as_json:
        print_json(answer)
        return
    rows = table("fact", "from", "to", "sure")
    found = items(answer)
    for fact in found:
        sure = f"{float(fact.get('confidence') or 0):.0%}"
        rows.add_row(fact_line(fact), when(fact.get("valid_from")), when(fact.get("valid_to")), sure)
    page().print(rows) if found else err().print("no such facts, or none that this person may see")


def show(
    what: Annotated[Literal["conversation", "entity", "message"], typer.Argument(help="What kind of thing.")],
    id_: Annotated[str, typer.Argument(metavar="ID", help="Its id; of an entity also its name.")],
    user: For,
    as_json: AsJson = False,
) -> None:
    """Show one thing whole: a conversation with its messages and summary, an entity with its facts, a message.

    Example: plait show conversation chat:heron-dev/t-1 --for rui
    """
    from plait_console import shapes
    from plait_console.api import graph_api

    path = {"conversation": "conversations", "entity": "entities", "message": "messages"}[what]
    lay_out = {"conversation": shapes.conversation, "entity": shapes.entity, "message": shapes.message}[what]
    with graph_api(connect(), user) as graph:
        known = _entity_id(graph, id_) if what == "entity" else id_
        answer = graph.get(f"/v1/{path}/{quote(known, safe='')}")
    if as_json:
        print_json(answer)
        return
    for line in lay_out(answer):
        page().print(line, markup=False, highlight=False)


def digest(
    user: For,
    date: Annotated[str | None, typer.Option(help="Day, YYYY-MM-DD; else the latest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a person's daily digest.

    Example: plait digest --for ines --date 2026-03-05
    """
    from plait_console.api import notification_api

    with notification_api(connect(), user) as api:
        answer = api.get("/v1/digest", date=date)
    if as_json:
        print_json(answer)
        return
    from rich.markdown import Markdown

    if answer.get("title"):
        out().print(str(answer["title"]), style="bold", markup=False)
    page().print(Markdown(str(answer.get("body") or "nothing to tell")))


def _graph(user: str, path: str, **asked: str | int | None) -> Any:
    from plait_console.api import graph_api

    with graph_api(connect(), user) as api:
        return api.get(path, **asked)


def _entity_id(graph: "Api", name: str) -> str:
    """The id of the entity that is called so; an id is taken as it is."""
    if UUID.fullmatch(name):
        return name
    found = items(graph.get("/v1/entities", q=name))
    exact = [row for row in found if str(row["name"]).casefold() == name.casefold()]
    if len(exact) == 1:
        return str(exact[0]["id"])
    from plait_console.api import NotFound

    like = ", ".join(f"{row['name']} ({row['label']}, {row['id']})" for row in (exact or found)[:10])
    raise NotFound(
        f"which entity is {name}? " + (f"There are {like}" if like else "None that you may see has that name")
    )
