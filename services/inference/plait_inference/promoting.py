"""``plait-inference promote``: may a new artefact take over from the one in use?"""

from pathlib import Path
from typing import Annotated, Optional

import typer

from plait_inference.cli_parts import errors


def promote(
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help="artefact folder that is to take over")],
    over: Annotated[
        Path, typer.Option("--over", metavar="CURRENT", help="artefact in use: a folder, or a shipped one's name")
    ],
    data: Annotated[
        list[Path], typer.Option("--data", metavar="FOLDER", help="test set of annotated *.jsonl; repeatable")
    ],
    trunk: Annotated[
        Optional[str],  # noqa: UP045 - typer reads it
        typer.Option("--trunk", help="Hugging Face id or folder; without it, as in the artefacts"),
    ] = None,
    threads: Annotated[int, typer.Option("--threads", help="CPU threads of the model, 0 for all")] = 2,
) -> None:
    """Measure two artefacts on earlier test sets; refuse the new one when any task loses more than half a point.

    A table says task, before and after. When nothing is lost, promotion.json beside the candidate says what was
    measured; else the exit status is 2.

    Example: plait-inference promote artefacts/office-2.1.0 --over office-2.0.0 --data sets/march
    """
    with errors():
        from plait_inference.models.artefact import ARTEFACTS
        from plait_inference.models.device import limit_threads
        from plait_inference.models.tagger import load_tagger
        from plait_inference.training import promote as gate

        limit_threads(threads)
        place = over if over.is_dir() or not (ARTEFACTS / over).is_dir() else ARTEFACTS / over
        new, old = (load_tagger(folder, trunk=trunk, precision="float32") for folder in (candidate, place))
        share = min(float(tagger.manifest.recipe["dev_share"]) for tagger in (new, old))
        shipped = Path(gate.__file__).parent / "data"
        found = gate.promote(new, old, gate.read_sets(data, shipped, share), typer.echo)
        typer.echo(f"\n{new.name} {new.revision} may take over: {gate.write(candidate, found)}")
