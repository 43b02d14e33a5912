"""How the services' answers read to a person. An answer may grow fields; what is not known here is passed over."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

EXCERPT = 160
LONG = 400
END_OF_DAY = time(23, 59, 59)  # the author's: stands for a day without a time; times have no seconds
DAY_ENDS = timedelta(hours=11)  # UTC: what ends later is that day, what ends earlier the day before
DATE_LINE = time(9, 59, 59), time(10, 59, 59)  # UTC: a day ends here 13 or 14 hours east, and the one before it west


def items(answer: Any) -> list[dict[str, Any]]:
    """The rows of a page."""
    rows: list[dict[str, Any]] = answer.get("items") or []
    return rows


def when(value: object) -> str:
    """An instant to the minute, in the zone it is written in; empty when there is none."""
    if not value:
        return ""
    moment = _moment(value)
    return str(value) if moment is None else moment.strftime("%a %d %b %H:%M")


def due(words: object, at: datetime | None, said_at: datetime | None) -> str:
    """When something is due, in UTC, and the words for it in quotes; a day without a time stays the author's day.

    The year is told where it is another one than that in which it was said, or where that is not known.
    """
    told = ""
    if at is not None:
        moment = at.astimezone(UTC)
        timed = moment.second != END_OF_DAY.second
        day = moment if timed else moment - DAY_ENDS
        year = "" if said_at and day.year == said_at.astimezone(UTC).year else " %Y"
        if timed:
            told = day.strftime(f"%a %d %b{year} %H:%M UTC")
        elif not DATE_LINE[0] <= moment.time() <= DATE_LINE[1]:
            told = day.strftime(f"%a %d %b{year}")
    return ", ".join(filter(None, (told, _quoted(words))))


def name_of(node: Any) -> str:
    """Name of an entity, a person or a conversation."""
    if isinstance(node, Mapping):
        return str(node.get("name") or node.get("title") or node.get("text") or node.get("id") or "")
    return str(node or "")


def place_of(conversation: Any) -> str:
    """A conversation by its title, and by its id where that is needed to ask for it."""
    title = name_of(conversation)
    id_ = str(conversation.get("id") or "") if isinstance(conversation, Mapping) else ""
    return title if title == id_ or not id_ else f"{title} [{id_}]"


def fact_line(fact: Mapping[str, Any]) -> str:
    """A fact as a short sentence."""
    predicate = str(fact.get("predicate") or "").replace("_", " ")
    return f"{name_of(fact.get('subject'))} {predicate} {name_of(fact.get('object'))}"


def excerpt(row: Mapping[str, Any], limit: int = EXCERPT) -> str:
    """The beginning of what was said, on one line."""
    text = " ".join(str(row.get("text") or "").split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def conversation(answer: Mapping[str, Any]) -> Iterator[str]:
    """What a conversation came to, and what was said in it."""
    for part in answer.get("parts") or ():
        span = f"{when(part.get('first_at'))} – {when(part.get('last_at'))}"
        yield f"{name_of(part)} · {part.get('messages')} messages · {span} · {part.get('audience')}"
    for summary in answer.get("summaries") or ():
        yield from _summary(summary)
    yield from _list("Facts", map(_held, answer.get("facts") or ()))
    yield from _list("Messages", map(_said, answer.get("messages") or ()))


def entity(answer: Mapping[str, Any]) -> Iterator[str]:
    """What is known of a thing, and what stands next to it."""
    yield f"{name_of(answer)} · {answer.get('label')} · named {answer.get('mentions')} times · {answer.get('id')}"
    yield from _list("Facts", map(_held, answer.get("facts") or ()))
    neighbours = answer.get("neighbours") or ()
    yield from _list("Next to it", (f"{name_of(n)} ({', '.join(n.get('predicates') or ())})" for n in neighbours))


def message(answer: Mapping[str, Any]) -> Iterator[str]:
    """A message, what the model says of it, and what it names."""
    yield f"{when(answer.get('sent_at'))} · {name_of(answer.get('author'))} · {place_of(answer.get('conversation'))}"
    yield str(answer.get("text") or "")
    tags = answer.get("tags") or {}
    intents = ", ".join(f"{tag['label']} {float(tag['score']):.0%}" for tag in tags.get("intents") or ())
    one = [f"{kind} {tags[kind]['label']}" for kind in ("sentiment", "urgency", "topic", "harm") if tags.get(kind)]
    yield from _list("Tags", [line for line in (intents, ", ".join(one)) if line])
    mentions = answer.get("mentions") or ()
    yield from _list("Names", (f"{m.get('text')}: {name_of(m.get('node'))} ({m['node']['label']})" for m in mentions))


def _summary(summary: Mapping[str, Any]) -> Iterator[str]:
    title = "Summary (messages came after it)" if summary.get("stale") else "Summary"
    yield from _list(title, (row["text"] for row in summary.get("sentences") or ()))
    decisions = summary.get("decisions") or ()
    yield from _list(
        "Decisions", (row["text"] + ("  (taken back)" if row.get("reversed") else "") for row in decisions)
    )
    settled_at = _moment(summary.get("settled_at"))
    yield from _list("Actions", (_action(row, settled_at) for row in summary.get("actions") or ()))
    questions = summary.get("questions") or ()
    yield from _list("Questions", (row["text"] + ("" if row.get("answered_by") else "  (open)") for row in questions))


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    rows = list(lines)
    if rows:
        yield ""
        yield title
        yield from (f"  · {row}" for row in rows)


def _action(row: Mapping[str, Any], settled_at: datetime | None) -> str:
    owner = f"  → {name_of(row['owner'])}" if row.get("owner") else ""
    at, words = row.get("due_at"), row.get("due")
    moment = _moment(at)
    until = due(words, moment, settled_at) if moment or not at else f"{at}, {_quoted(words)}".removesuffix(", ")
    return f"{row['what']}{owner}" + (f"  due {until}" if until else "")


def _quoted(words: object) -> str:
    return f"“{words}”" if words else ""


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _held(fact: Mapping[str, Any]) -> str:
    until = f" – {when(fact['valid_to'])}" if fact.get("valid_to") else " –"
    return f"{fact_line(fact)}  ({when(fact.get('valid_from'))}{until})"


def _said(row: Mapping[str, Any]) -> str:
    return f"{when(row.get('sent_at'))}  {name_of(row.get('author'))}: {excerpt(row, LONG)}"
