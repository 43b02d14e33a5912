"""The README's picture: runs `plait demo` in a terminal of its own and draws what stood on it at the end."""

import os
import pty
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parent / "images" / "demo.svg"
COLUMNS, FIRST_LINE = 100, "What the week came to"


def main() -> int:
    """Record the demo; returns its exit code."""
    output = bytearray()

    def read(descriptor: int) -> bytes:
        data = os.read(descriptor, 65536)
        output.extend(data)
        return data

    os.environ |= {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    status = pty.spawn([str(Path(sys.executable).with_name("plait")), "demo", "--once"], read)
    lines = output.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    start = next((n for n, line in enumerate(lines) if FIRST_LINE in line), 0)
    end = next((n for n, line in enumerate(lines) if "Go on" in line), len(lines))
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    console.print(Text.from_ansi("\n".join(lines[start:end])))
    PICTURE.parent.mkdir(exist_ok=True)
    drawn = console.export_svg(title="plait demo")
    PICTURE.write_text(re.sub(r"@font-face \{.*?\}\n?", "", drawn, flags=re.DOTALL), "utf-8")  # no fonts from elsewhere
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
