"""What became of the week: everything that stands on the topics, and what is still missing."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from plait_schemas.records import (
    Alert,
    Audience,
    Change,
    DeadLetter,
    Delivery,
    Enrichment,
    GraphChange,
    Message,
    Record,
    Summary,
)

NAMED = 3
Place = tuple[str, Audience]
"""A conversation's id and an audience: what a group says in a public conversation has a summary of its own."""


@dataclass
class Arrivals:
    """Records by id, so that the same one twice counts once.

    Dead letters count from ``since`` on: those of earlier days are not the week's.
    """

    since: datetime | None = None
    messages: dict[str, Message] = field(default_factory=dict)
    enriched: set[str] = field(default_factory=set)
    intents: dict[str, dict[str, float]] = field(default_factory=dict)
    changes: dict[str, GraphChange] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    letters: dict[str, DeadLetter] = field(default_factory=dict)
    undecodable: list[str] = field(default_factory=list)
    seen: int = 0

    def add(self, record: Record) -> None:
        """Take one record of any of the topics."""
        self.seen += 1
        match record:
            case Message():
                self.messages[record.id] = record
            case Enrichment():
                self.enriched.add(record.source_event)
                self.intents[record.source_event] = _intents(record)
            case GraphChange():
                self.changes[record.id] = record
            case Summary():
                self.summaries[record.id] = record
            case Alert():
                self.alerts[record.id] = record
            case Delivery():
                self.deliveries[record.id] = record
            case DeadLetter() if self.since is None or record.occurred_at >= self.since:
                self.letters[record.id] = record
            case _:
                pass

    def counts(self) -> dict[str, int]:
        """Stage → how many, in the order of the record's way."""
        return {
            "messages": len(self.messages),
            "enriched": len(self.enriched),
            "changes of facts": len(self.changes),
            "summaries": len(self.summaries),
            "alerts": len(self.alerts),
            "deliveries": len(self.deliveries),
            "dead letters": len(self.letters),
        }

    def standing(self) -> dict[str, Message]:
        """Message id → its latest version, without the deleted ones."""
        latest: dict[str, Message] = {}
        for message in list(self.messages.values()):
            known = latest.get(message.message_id)
            if known is None or message.source.version >= known.source.version:
                latest[message.message_id] = message
        return {id_: message for id_, message in latest.items() if message.change is not Change.DELETED}

    def latest_summaries(self) -> list[Summary]:
        """Of each conversation the summary that was written last, for each audience that has one of its own."""
        return list({_place(summary): summary for summary in list(self.summaries.values())}.values())

    def missing(self, message_ids: Collection[str]) -> list[str]:
        """What has not arrived of what was sent: one line a stage, none when everything is there.

        What others said in the workspace is not waited for.
        """
        lines = []
        own = {id_: message for id_, message in list(self.messages.items()) if message.message_id in message_ids}
        absent = set(message_ids) - {message.message_id for message in own.values()}
        if absent:
            lines.append(f"messages: {len(absent)} are not on their topic: {_some(absent)}")
        raw = set(own) - self.enriched
        if raw:
            lines.append(f"enrichment: {len(raw)} of {len(own)} are not enriched: {_some(raw)}")
        waiting = self._unsummarised(own.values())
        if waiting:
            lines.append(f"summaries: {len(waiting)} conversations have none: {_some(waiting)}")
        if self.letters:
            causes = {f"{letter.stage}: {letter.cause}" for letter in list(self.letters.values())}
            lines.append(f"dead letters: {len(self.letters)}: {_some(causes)}")
        if self.undecodable:
            lines.append(f"{len(self.undecodable)} records do not decode: {_some(self.undecodable)}")
        return lines

    def _unsummarised(self, messages: Collection[Message]) -> list[str]:
        """Conversations of these messages whose summary is of before their last one, their last edit or deletion."""
        ids = {message.message_id for message in messages}
        standing = [message for id_, message in self.standing().items() if id_ in ids]
        sizes = Counter(map(_place, standing))
        said = {_place(message): message.occurred_at for message in sorted(standing, key=_moment)}
        changed = {_place(message): message.occurred_at for message in sorted(messages, key=_moment)}
        summaries = {_place(summary): summary for summary in self.latest_summaries()}

        def late(place: Place) -> bool:
            known = summaries.get(place)
            return known is None or known.occurred_at < said[place] or known.settled_at < changed[place]

        return [place[0] for place, size in sizes.items() if size > 1 and late(place)]


def _place(record: Message | Summary) -> Place:
    return record.conversation.id, record.audience


def _moment(message: Message) -> datetime:
    return message.occurred_at


def _intents(record: Enrichment) -> dict[str, float]:
    return {tag.label: tag.score for tag in record.tags.intents} if record.tags else {}


def _some(names: Collection[str]) -> str:
    shown = sorted(names)[:NAMED]
    return ", ".join(shown) + (" …" if len(names) > NAMED else "")
