"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[Path | None, typer.Option("--home", help="Folder of the stack's data and state.", envvar="PLAIT_HOME")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]
For = Annotated[str, typer.Option("--for", metavar="USER", help="The person who asks; nobody reads anonymously.")]
Workspace = Annotated[str | None, typer.Option("--workspace", help="Workspace, if not that of PLAIT_WORKSPACE.")]
