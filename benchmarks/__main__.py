"""``python -m benchmarks [NAME …]``: run all or the named ones; results go to ``benchmarks/results``."""

import sys
from importlib import import_module

NAMES = ("codec", "inference", "gpu", "ingest", "graph", "end_to_end", "backfill", "footprint")


def main(names: list[str]) -> int:
    """Run the benchmarks in turn; 2 for an unknown name."""
    unknown = set(names) - set(NAMES)
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}\n")
        return 2
    for name in names or NAMES:
        import_module(f"benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
