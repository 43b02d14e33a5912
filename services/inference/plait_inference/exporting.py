"""``plait-inference export``: a model to be run elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from plait_inference.cli_parts import EngineOption, Model, Threads, TrunkOption, errors, limit


def export(
    output: Annotated[Path, typer.Option("--output", help="folder to make")],
    engine: EngineOption = "torch",
    model: Model = None,
    trunk: TrunkOption = None,
    precision: Annotated[
        str, typer.Option("--precision", help="float32 or bfloat16: of torch's encoder, or of OpenVINO's passes")
    ] = "float32",
    threads: Threads = 2,
) -> None:
    """Write the tag model as a folder that runs without Plait; its README.md says how to load it."""
    with errors():
        limit(threads)
        from plait_inference.models.portable import write_portable
        from plait_inference.models.trained import find_trained

        write_portable(find_trained(model, trunk), engine, precision, output)
        typer.echo(str(output))
