"""The commands of the pages for readers, run as they stand there, in the order of each page, on a running stack.

A fence with the info string ``sh`` is run; ``sh no-run: CAUSE`` is not. A fence ``text output`` or ``json output``
promises what the commands right above it print: its lines as they are but for white space, with … for anything.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.world import World, whole_stack

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
PAGES = (
    "docs/how-to/change-the-model.md",
    "docs/how-to/deploy-one-service.md",
    "docs/how-to/get-notified.md",
    "docs/how-to/label-packs.md",
    "docs/how-to/send-events.md",
    "docs/how-to/subscribe.md",
    "docs/how-to/tag-files.md",
    "docs/tutorial/first-week.md",
    "README.md",
)
"""The last two send what is said today; what is asked of March has to come before."""
FENCE = re.compile(r"^(?P<ticks>```+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=ticks)[ \t]*$", re.MULTILINE | re.DOTALL)
SHELLS = {"sh", "bash", "shell", "console", "zsh"}
MARK = "\x1e"
PATIENCE = 6
"""How many times slower than the reader's own this machine may be, shared as it is by all tests."""


@dataclass(frozen=True)
class Block:
    """Commands that stand together, their line on the page, and what they promise to print."""

    line: int
    commands: str
    promise: str = ""


def blocks(text: str) -> Iterator[Block]:
    """What is to be run, in order."""
    found: Block | None = None
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        info, _, cause = fence["info"].strip().partition(":")
        language, _, how = info.partition(" ")
        if how == "output":
            assert found is not None, f"line {line}: nothing that is run stands above this output"
            yield Block(found.line, found.commands, fence["body"])
            found = None
            continue
        if found is not None:
            yield found
        assert language not in SHELLS or info == "sh" or (info == "sh no-run" and cause.strip()), f"line {line}: {info}"
        found = Block(line, fence["body"]) if info == "sh" else None
    if found is not None:
        yield found


def promised(promise: str) -> "re.Pattern[str]":
    """The promise as a pattern for output without white space."""
    parts = "".join(promise.split()).split("…")
    return re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)


def run(script: str, world: World, folder: Path) -> "subprocess.CompletedProcess[str]":
    env = {key: value for key, value in os.environ.items() if not key.startswith("PLAIT_")}
    own = str(Path(sys.executable).parent)
    env |= {"PLAIT_HOME": str(world.stack.settings.home), "PATH": f"{own}:{env['PATH']}", "NO_COLOR": "1"}
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A stack of its own after the demo, with which the tutorial begins; the pages say things of today to it."""
    with whole_stack() as world:
        done = run("plait demo --timeout 300", world, tmp_path_factory.mktemp("demo"))
        assert done.returncode == 0, done.stdout
        yield world


@pytest.mark.parametrize("page", PAGES)
def test_a_pages_commands_do_what_it_says(week: World, page: str, tmp_path: Path) -> None:
    todo = list(blocks((ROOT / page).read_text("utf-8")))
    slow = f'sleep() {{ command sleep "$(($1 * {PATIENCE}))"; }}'
    script = "\n".join(["set -euo pipefail", slow, *(f"printf '{MARK}'\n{block.commands}" for block in todo)])
    done = run(script, week, tmp_path)
    outputs = done.stdout.split(MARK)[1:]
    assert done.returncode == 0, (
        f"{page}, line {todo[len(outputs) - 1].line}: {outputs[-1] if outputs else done.stdout}"
    )
    for block, output in zip(todo, outputs, strict=True):
        words = "".join(output.split())
        assert promised(block.promise).search(words), f"{page}, line {block.line}: {output}"


def test_every_page_with_commands_is_run() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")} | {"README.md"}
    with_commands = {page for page in found if list(blocks((ROOT / page).read_text("utf-8")))}
    assert with_commands <= set(PAGES)
