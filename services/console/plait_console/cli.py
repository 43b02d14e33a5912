"""The ``plait`` command. Nothing heavy is imported before the command that needs it runs."""

from collections.abc import Callable

import typer

from plait_console.commands import asking, demo, importing, letters, local, models, reading, sending
from plait_console.group import PlaitGroup

app = typer.Typer(
    cls=PlaitGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Plait weaves what a team's tools say into one stream and one graph. Begin with [bold]plait demo[/].",
)

HERE, STREAM, ASK = "This machine", "The stream", "Ask"
COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    HERE: (local.up, local.down, local.status, local.where, local.logs, local.doctor, local.init, demo.demo),
    STREAM: (sending.send, reading.tail, reading.topics),
    ASK: (asking.search, asking.facts, asking.show, asking.digest, sending.token),
}
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
app.add_typer(importing.app, name="import", rich_help_panel=STREAM)
app.add_typer(letters.app, name="dlq", rich_help_panel=STREAM)
app.add_typer(models.app, name="model", rich_help_panel=STREAM)
