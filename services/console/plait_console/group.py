"""How commands are grouped, and what becomes of an error: one line and exit code 1, never a traceback."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from plait_console.output import complain
from plait_shared.errors import PlaitError


class PlaitGroup(TyperGroup):
    """Turns the errors that Plait raises on purpose into one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PlaitError as error:
            complain(error)
            raise typer.Exit(1) from error
        except BrokenPipeError as error:
            # The reader of our output left, as `head` does; Python would complain once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from error
