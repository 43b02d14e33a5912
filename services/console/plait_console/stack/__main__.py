"""The detached supervisor: ``python -m plait_console.stack <errand as JSON>``, started by ``commands.up``."""

import sys

from plait_console.stack.commands import run_errand

if __name__ == "__main__":
    sys.exit(run_errand(sys.argv[1]))
