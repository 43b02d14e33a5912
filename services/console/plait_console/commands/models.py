"""Which model reads the stream: list, activate, deactivate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plait_console.commands.options import AsJson
from plait_console.group import PlaitGroup
from plait_console.output import out, print_json, table
from plait_console.where import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from plait_console.settings import ConsoleSettings
    from plait_schemas.records import Control, Record

app = typer.Typer(cls=PlaitGroup, no_args_is_help=True, help="The model that reads the stream: look at it, change it.")
LOOKED_AT = 200
"""Offsets before the end of each partition of enrichments that `plait model list` looks at."""
COLUMNS = ("model", "revision", "records", "last written")


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the commands so far, and which models wrote the latest enrichments.

    What was asked for and what is done: a command that could not be followed shows in the first and not in the
    second; the log of the inference service says why. A model writes when there is something to read.

    Example: plait model list
    """
    from plait_console import models

    settings = connect()
    given = models.commands(record for record, _ in _read(settings, models.CONTROL, None))
    seen = models.seen(_read(settings, models.ENRICHMENTS, LOOKED_AT))
    if as_json:
        print_json({"commands": given, "models": seen})
        return
    asked = table("given", "command", "artefact", "revision")
    for command in given:
        artefact, revision = (command.arguments.get(name, "") for name in ("artefact", "revision"))
        asked.add_row(_time(command.occurred_at), command.command.value, artefact, revision)
    out().print(asked if given else "no commands: every replica reads with the model of its settings")
    out().print()
    wrote = table(*COLUMNS)
    for one in seen:
        wrote.add_row(one.model, one.revision, str(one.records), _time(one.last))
    out().print(wrote if seen else "no enrichments yet")


@app.command()
def activate(
    artefact: Annotated[
        str, typer.Argument(metavar="NAME_OR_FOLDER", help="Name in PLAIT_MODELS of the service, or a folder's path.")
    ],
    revision: Annotated[str | None, typer.Option(help="Only if the artefact has this revision.")] = None,
) -> None:
    """Let every replica of inference read with another model, from its next batch on.

    Each checks the artefact first and keeps the model that it has when something is wrong. The command holds after a
    restart too, until the next one.

    Example: plait model activate mine-1.0.0 --revision 3f1c9a5be210

    Example: plait model activate ./artefacts/mine-1.0.0
    """
    from plait_console import models

    meant = models.as_the_service_knows_it(artefact, Path.cwd())
    _send(lambda id_, now: models.activation(meant, revision, id_, now))
    out().print(f"asked for {meant}; see `plait model list` once there was something to read")


@app.command()
def deactivate() -> None:
    """Let every replica of inference go back to the model of its settings.

    Example: plait model deactivate
    """
    from plait_console import models

    _send(models.deactivation)
    out().print("asked for the model of the settings; see `plait model list` once there was something to read")


def _send(command: "Callable[[str, datetime], Control]") -> None:
    from datetime import UTC, datetime
    from uuid import uuid4

    from plait_shared.codec import Codec
    from plait_shared.kafka_producer import KafkaBusProducer
    from plait_shared.registry import HttpRegistry

    settings = connect()
    settings.need("kafka_bootstrap")
    with HttpRegistry(settings.need("registry_url")) as registry:
        record = Codec(registry, "console").encode(command(str(uuid4()), datetime.now(UTC)))
    producer = KafkaBusProducer(settings)
    try:
        producer.send([record])
    finally:
        producer.close()


def _read(settings: "ConsoleSettings", topic: str, last: int | None) -> "Iterator[tuple[Record, int]]":
    """What stands on a topic, whole or the last of it, with the broker's time in milliseconds."""
    from plait_console.decoding import Reader, Undecodable
    from plait_console.stream import Stream

    with Reader(settings) as reader, Stream(settings, [topic], from_beginning=last is None, last=last or 0) as stream:
        for raw in stream.to_end():
            found = reader.read(raw)
            if not isinstance(found, Undecodable):
                yield found, raw.timestamp_ms


def _time(at: "datetime") -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
