"""``python -m plait_console``, the same as ``plait``."""

from plait_console.cli import app

if __name__ == "__main__":
    app(prog_name="plait")
