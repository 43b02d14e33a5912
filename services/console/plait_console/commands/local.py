"""The local stack: up, down, status, logs, doctor, init, where."""

import json
from typing import Annotated, Literal

import typer

from plait_console.commands.options import AsJson, Home
from plait_console.output import err, out, print_json, table
from plait_console.where import connect, stack_settings
from plait_shared.errors import Misconfigured

Detach = Annotated[bool, typer.Option("--detach", "-d", help="Return when everything is ready.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on with new lines as they come.")]
Known = Literal[
    "ingest_url", "graph_url", "notification_url", "kafka_bootstrap", "registry_url", "api_key", "github_secret",
    "slack_secret",
]  # fmt: skip
SHOWN_LINES = 200


def up(home: Home = None, detach: Detach = False) -> None:
    """Start everything on this machine: Kafka, registry, PostgreSQL and the services.

    In the foreground until Ctrl-C, or with --detach in the background.

    Example: plait up --detach
    """
    from plait_console.stack import commands
    from plait_console.stack.progress import RichProgress, address_table

    with RichProgress(err()) as progress:
        status = commands.up(stack_settings(home), progress, detach=detach)
    if detach:
        out().print(address_table(status))


def down(home: Home = None) -> None:
    """Stop everything that `plait up` started. Data stays.

    Example: plait down
    """
    from plait_console.stack import commands
    from plait_console.stack.progress import RichProgress

    settings = stack_settings(home)
    with RichProgress(err()) as progress:
        stopped = commands.down(settings, progress)
    if not stopped:
        err().print(f"nothing runs in {settings.home}")


def status(home: Home = None, as_json: AsJson = False) -> None:
    """Show every part of the stack, its state and its address. Exit code 1 when not everything is ready.

    Example: plait status --json
    """
    from plait_console.stack import commands
    from plait_console.stack.progress import address_table

    found = commands.status(stack_settings(home))
    if as_json:
        print_json(json.loads(found.to_json()))
    elif found.parts:
        out().print(f"{found.phase} · {found.home}")
        out().print(address_table(found))
        for words in filter(None, (found.error, found.hint)):
            err().print(words, soft_wrap=True)
    else:
        err().print(f"{found.phase}: no stack runs in {found.home}; `plait up` starts one")
    if found.phase != "ready":
        raise typer.Exit(1)


def where(
    name: Annotated[Known, typer.Argument(metavar="NAME", help="An address or a key, as listed below.")],
    home: Home = None,
) -> None:
    """Write one address or key with which another program reaches the stack, and nothing else.

    NAME is ingest_url, graph_url, notification_url, kafka_bootstrap, registry_url, api_key, github_secret or
    slack_secret.

    Example: curl "$(plait where ingest_url)/readyz"
    """
    print(connect(home).need(name))


def logs(
    service: Annotated[str, typer.Argument(help="A part, as `plait status` names it.")],
    home: Home = None,
    follow: Follow = False,
) -> None:
    """Show the last lines of a part's log.

    Example: plait logs ingest -f
    """
    from plait_console.following import follow_file
    from plait_console.stack.logs import tail
    from plait_console.stack.settings import Layout

    layout = Layout(stack_settings(home).home)
    log = layout.log(service)
    if not log.exists():
        known = ", ".join(sorted(file.stem for file in layout.logs.glob("*.log"))) or "none"
        raise Misconfigured(f"there is no log of {service} in {layout.logs}; there are: {known}")
    if not follow:
        print(tail(log, SHOWN_LINES), flush=True)
        return
    for line in follow_file(log, SHOWN_LINES):
        print(line, flush=True)


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Look for everything that would keep the stack from starting. Exit code 1 when something would.

    Example: plait doctor
    """
    from rich.text import Text

    from plait_console.stack.doctor import doctor as examine

    checks = examine(stack_settings(home))
    if as_json:
        print_json(checks)
    else:
        rows = table("", "check", "found", "what to do")
        for check in checks:
            mark = Text("✓", "green") if check.ok else Text("✗", "red")
            rows.add_row(mark, check.name, check.why, check.what_to_do)
        out().print(rows)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def init() -> None:
    """Make the catalogue's topics and register its schemas, on the stack or on PLAIT_KAFKA_BOOTSTRAP. Repeatable.

    PLAIT_REGISTRY_URL is the Confluent-compatible URL, which ends in /apis/ccompat/v7 with an Apicurio registry.

    Example: PLAIT_KAFKA_BOOTSTRAP=kafka:9092 PLAIT_REGISTRY_URL=http://registry:8081/apis/ccompat/v7 plait init
    """
    from plait_console.stack.provision import create_topics, register_schemas
    from plait_schemas.catalogue import topics
    from plait_shared.kafka import connection

    settings = connect()
    bootstrap, registry_url = settings.need("kafka_bootstrap"), settings.need("registry_url")
    catalogue = list(topics().values())
    subjects = {
        topic.subject: json.dumps(topic.schema, separators=(",", ":"), ensure_ascii=False) for topic in catalogue
    }
    changes = create_topics(bootstrap, catalogue, connection(settings))
    ids = register_schemas(registry_url, subjects)
    for line in changes:
        out().print(line, highlight=False)
    out().print(f"{len(catalogue)} topics are there, {len(ids)} schemas are registered", highlight=False)
