"""How the services' answers read to a person. An answer may grow fields; what is not known here is passed over."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

EXCERPT = 160


def items(answer: Any, *names: str) -> list[dict[str, Any]]:
    """The rows of a list, however the answer wraps them."""
    if isinstance(answer, list):
        return answer
    for name in (*names, "items"):
        if isinstance(answer.get(name), list):
            rows: list[dict[str, Any]] = answer[name]
            return rows
    return []


def when(value: object) -> str:
    """An instant to the minute, in the zone it is written in; empty when there is none."""
    if not value:
        return ""
    try:
        return datetime.fromisoformat(str(value)).strftime("%a %d %b %H:%M")
    except ValueError:
        return str(value)


def name_of(node: Any) -> str:
    """Name of an entity, a person or a conversation."""
    if isinstance(node, Mapping):
        return str(node.get("name") or node.get("title") or node.get("text") or node.get("id") or "")
    return str(node or "")


def fact_line(fact: Mapping[str, Any]) -> str:
    """A fact as a short sentence."""
    predicate = str(fact.get("predicate") or "").replace("_", " ")
    return f"{name_of(fact.get('subject'))} {predicate} {name_of(fact.get('object'))}"


def excerpt(message: Mapping[str, Any], limit: int = EXCERPT) -> str:
    """The beginning of what was said, on one line."""
    text = " ".join(str(message.get("excerpt") or message.get("text") or "").split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def document(answer: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """An answer as an indented text; empty fields and vectors are left out."""
    for name, value in answer.items():
        if value in (None, "", [], {}) or name == "embedding":
            continue
        if isinstance(value, Mapping):
            yield (
                f"{indent}{name}: {name_of(value)}"
                if set(value) <= {"id", "name", "kind", "title"}
                else f"{indent}{name}:"
            )
            if not set(value) <= {"id", "name", "kind", "title"}:
                yield from document(value, indent + "  ")
        elif isinstance(value, list) and isinstance(value[0], Mapping):
            yield f"{indent}{name}:"
            for row in value:
                yield f"{indent}  · {_row(row)}"
        else:
            yield f"{indent}{name}: {value if not isinstance(value, list) else ', '.join(map(str, value))}"


def _row(row: Mapping[str, Any]) -> str:
    if "predicate" in row:
        held = " – ".join(filter(None, (when(row.get("valid_from")), when(row.get("valid_to")))))
        return f"{fact_line(row)}  ({held})"
    if "text" in row:
        who = name_of(row.get("author"))
        return "  ".join(filter(None, (when(row.get("sent_at")), who, excerpt(row, 400))))
    return ", ".join(f"{name}={name_of(value)}" for name, value in row.items() if value not in (None, "", [], {}))
