"""What every command does around its work: errors as one line, files that appear when they are complete."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from plait_shared.errors import Misconfigured, PlaitError


@contextmanager
def errors() -> Iterator[None]:
    """A line for people instead of a traceback; exit status 2."""
    try:
        yield
    except PlaitError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def streams(source: str, sink: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open both ends; an output file appears under its name only when it is complete."""
    partial = Path(f"{sink}.partial")
    with ExitStack() as stack:
        try:
            reading = sys.stdin.buffer if source == "-" else stack.enter_context(Path(source).open("rb"))
            writing = sys.stdout.buffer if sink == "-" else stack.enter_context(partial.open("wb"))
        except OSError as error:
            raise Misconfigured(f"cannot open {error.filename}: {error.strerror}") from error
        if sink != "-":
            stack.callback(partial.unlink, missing_ok=True)
        yield reading, writing
        if sink != "-":
            writing.close()
            partial.replace(sink)
