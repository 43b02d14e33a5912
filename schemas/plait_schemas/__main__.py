"""``python -m plait_schemas build|check|release``: derived files of the contract."""

import json
import sys
from pathlib import Path

from plait_schemas import asyncapi, catalogue, definitions, generate, generate_bodies, lint

HERE = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    match arguments:
        case ["build"]:
            for path, text in derived().items():
                path.write_text(text, "utf-8")
            return 0
        case ["check"]:
            return check()
        case ["release"]:
            return release()
    print("usage: python -m plait_schemas build | check | release", file=sys.stderr)
    return 2


def derived() -> dict[Path, str]:
    """Every generated file with the text that it must have."""
    names = [topic.schema_name for topic in catalogue.topics().values()]
    return {
        HERE / "records.py": generate.records_source(names),
        HERE / "bodies.py": generate_bodies.bodies_source(names),
        HERE / "asyncapi.yaml": asyncapi.document(),
    }


def check() -> int:
    """Say what drifted or is badly described; 0 when nothing is."""
    problems = [
        f"{path.name} is not what the schemas give: run `python -m plait_schemas build`"
        for path, text in derived().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    for topic in catalogue.topics().values():
        problems += [f"{topic.name}: {problem}" for problem in lint.problems(topic)]
    print("\n".join(problems) or f"{len(catalogue.topics())} topics: no drift, nothing to lint")
    return 1 if problems else 0


def release() -> int:
    """Keep every current schema that differs from its last release as the next one."""
    for topic in catalogue.topics().values():
        versions = definitions.released(topic.name)
        if versions and versions[-1] == topic.schema:
            continue
        path = HERE / "released" / topic.name / f"{len(versions) + 1}.avsc"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(topic.schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"released {topic.name} {len(versions) + 1}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
