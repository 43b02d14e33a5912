"""``plait-inference promote``: may a new artefact take over from the one in use?"""

from pathlib import Path
from typing import Annotated

import typer

from plait_inference.cli_parts import SHIPPED_DATA, Threads, TrunkOption, errors, limit


def promote(
    candidate: Annotated[Path, typer.Argument(metavar="CANDIDATE", help="artefact folder that is to take over")],
    over: Annotated[
        Path, typer.Option("--over", metavar="CURRENT", help="artefact in use: a folder, or a shipped one's name")
    ],
    data: Annotated[
        list[Path], typer.Option("--data", metavar="FOLDER", help="test set of annotated *.jsonl; repeatable")
    ],
    trunk: TrunkOption = None,
    threads: Threads = 2,
) -> None:
    """Measure two artefacts on earlier test sets; refuse the new one when any task loses more than half a point.

    A table says task, before and after. When nothing is lost, promotion.json beside the candidate says what was
    measured; else the exit status is 2.

    Example: plait-inference promote artefacts/mine-1.0.0 --over office-2.2.0 --data sets/march
    """
    with errors():
        from plait_inference.models.artefact import ARTEFACTS
        from plait_inference.models.tagger import load_tagger
        from plait_inference.training import promote as measuring

        limit(threads)
        place = over if over.is_dir() or not (ARTEFACTS / over).is_dir() else ARTEFACTS / over
        new, old = (load_tagger(folder, trunk=trunk, precision="float32") for folder in (candidate, place))
        share = measuring.dev_share(new.manifest, old.manifest)
        found = measuring.promote(new, old, measuring.read_sets(data, SHIPPED_DATA, share), typer.echo)
        typer.echo(f"\n{new.name} {new.revision} may take over: {measuring.write(candidate, found)}")
