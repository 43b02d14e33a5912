"""Decisions, actions, questions and summaries against what readers wrote down, beside a baseline of key words."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from plait_inference.batching import BatchBudget
from plait_inference.language import is_han
from plait_inference.models.protocol import TagModel
from plait_inference.offline import summarize_one
from plait_inference.records_io import Conversation, read_conversation
from plait_inference.training.examples import position
from plait_inference.training.scores import Metrics
from plait_inference.wording import CUES, WORD
from plait_shared.errors import Misconfigured

LEAD: Final = {"en": 60, "zh": 120}
LOOKED_AT: Final = 0.1
"""Conversations whose hash is below this may be read to improve the rules; the others are for measuring alone."""
SCORES: Final = "scores.json"
Item = Mapping[str, Any]
"""One conversation's decisions, actions, questions and summary, as in the files and as ``summarize`` answers."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A conversation and what a reader noted of it."""

    conversation: Conversation
    language: str
    items: Item


@dataclass(slots=True)
class Count:
    """Hits of so many said and so many wanted."""

    hits: int = 0
    said: int = 0
    wanted: int = 0

    def add(self, hits: int, said: int, wanted: int) -> None:
        """Another conversation's."""
        self.hits, self.said, self.wanted = self.hits + hits, self.said + said, self.wanted + wanted

    def f1(self) -> float:
        """F1 over all; 0 without a hit."""
        return 2 * self.hits / max(self.said + self.wanted, 1)


def read(data: Path, notes: Path | None = None) -> list[Noted]:
    """The annotated conversations of ``notes``, usually ``data/items``, with their messages from ``data``.

    Questions and summary are empty where nobody noted them. Raises Misconfigured.
    """
    messages: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(data.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            messages.setdefault(record["conversation"], []).append(record)
    noted = []
    for path in sorted((notes or data / "items").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            items = {"questions": [], "summary": "", **json.loads(line)}
            said = messages.get(items["conversation"], [])
            given = json.dumps({"conversation": items["conversation"], "messages": said}).encode()
            conversation = read_conversation(given)
            if not isinstance(conversation, Conversation):
                raise Misconfigured(f"{path}: no messages for {items['conversation']}")
            noted.append(Noted(conversation, path.stem, items))
    return noted


def measure(model: TagModel, noted: Sequence[Noted], budget: BatchBudget) -> dict[str, Metrics]:
    """Scores by language and apart for conversations that were never looked at; ``support`` is what readers noted."""
    rows = [(item, summarize_one(model, item.conversation, budget), by_key_words(item)) for item in noted]
    parts: dict[str, list[tuple[Noted, Item, Item]]] = {}
    for row in rows:
        seen = "looked at" if position(row[0].items["conversation"]) < LOOKED_AT else "held out"
        for title in (f"conversations {seen}", f"conversations {seen}, {row[0].language}"):
            parts.setdefault(title, []).append(row)
    return {title: _table(*zip(*parts[title], strict=True)) for title in sorted(parts)}


def looked_at(noted: Sequence[Noted]) -> list[Noted]:
    """Those that may be read to improve the rules."""
    return [item for item in noted if position(item.items["conversation"]) < LOOKED_AT]


def promised(data: Path) -> dict[str, Metrics]:
    """The scores that were written down last; none without a file."""
    path = data / "items" / SCORES
    found: dict[str, Metrics] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def promise(data: Path, found: dict[str, Metrics]) -> None:
    """Write scores down. They are apart from the model's own: they depend on the rules as well."""
    (data / "items" / SCORES).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def by_key_words(noted: Noted) -> Item:
    """What a reader of key words alone would say: no model, the first sentences as the summary."""
    found: dict[str, list[dict[str, Any]]] = {"decisions": [], "actions": [], "questions": []}
    lead: list[str] = []
    for message in noted.conversation.messages:
        lead += units(message.text)
        if CUES["decision"].search(message.text):
            found["decisions"].append({"evidence": [message.id]})
        if CUES["commitment"].search(message.text):
            found["actions"].append({"evidence": [message.id], "owner": message.author, "due": None, "due_at": None})
        if CUES["question"].search(message.text):
            found["questions"].append({"evidence": [message.id], "answered_by": None})
    return {**found, "summary": [{"text": " ".join(lead[: LEAD[noted.language]])}]}


def _table(noted: Sequence[Noted], said: Sequence[Item], usual: Sequence[Item]) -> Metrics:
    wanted = [item.items for item in noted]
    model, baseline = scores(wanted, said), scores(wanted, usual)
    return {
        name: {"model": round(model[name][0], 4), "baseline": round(baseline[name][0], 4), "support": model[name][1]}
        for name in model
    }


def scores(wanted: Iterable[Item], said: Iterable[Item]) -> dict[str, tuple[float, float]]:
    """Each measure with its support.

    An item is found when the messages that it names first meet the other's; owner and due date count among the
    actions found, due dates only where the reader saw one.
    """
    decisions, actions, asked, opened = Count(), Count(), Count(), Count()
    owners, dues, rouge = Count(), Count(), list[float]()
    for gold, given in zip(wanted, said, strict=True):
        standing = [item for item in gold["decisions"] if not item["reversed"]]
        decisions.add(len(pairs(standing, given["decisions"])), len(given["decisions"]), len(standing))
        matched = pairs(gold["actions"], given["actions"])
        actions.add(len(matched), len(given["actions"]), len(gold["actions"]))
        owners.add(sum(one["owner"] == (other["owner"] or None) for one, other in matched), 0, len(matched))
        dated = [(one, other) for one, other in matched if one["due"]]
        dues.add(sum(_same_due(one, other) for one, other in dated), 0, len(dated))
        for count, only_open in ((asked, False), (opened, True)):
            one = {item["message"] for item in gold["questions"] if not (only_open and item["answered_by"])}
            other = {item["evidence"][0] for item in given["questions"] if not (only_open and item["answered_by"])}
            count.add(len(one & other), len(other), len(one))
        rouge.append(rouge_1(gold["summary"], " ".join(sentence["text"] for sentence in given["summary"])))
    return {
        "decisions F1": (decisions.f1(), float(decisions.wanted)),
        "actions F1": (actions.f1(), float(actions.wanted)),
        "owner right": (owners.hits / max(owners.wanted, 1), float(owners.wanted)),
        "due right": (dues.hits / max(dues.wanted, 1), float(dues.wanted)),
        "questions F1": (asked.f1(), float(asked.wanted)),
        "open questions F1": (opened.f1(), float(opened.wanted)),
        "summary ROUGE-1": (sum(rouge) / max(len(rouge), 1), float(len(rouge))),
    }


def pairs(wanted: Sequence[Item], said: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Items that are about the same: the first message of one is among the other's. Each is used once."""
    left, found = list(said), []
    for item in wanted:
        places = item["messages"]
        fitting = [one for one in left if one["evidence"][0] in places or places[0] in one["evidence"]]
        if fitting:
            best = max(fitting, key=lambda one: one["evidence"][0] == places[0])
            left.remove(best)
            found.append((item, best))
    return found


def rouge_1(wanted: str, said: str) -> float:
    """F1 of shared units, each as often as it stands in both (Lin 2004)."""
    one, other = Counter(units(wanted)), Counter(units(said))
    hits = sum((one & other).values())
    return 2 * hits / max(sum(one.values()) + sum(other.values()), 1)


def units(text: str) -> list[str]:
    """Words in lower case, and each Han character alone."""
    found: list[str] = []
    for word in WORD.findall(text.lower()):
        found += list(word) if any(map(is_han, word)) else [word]
    return found


def _same_due(wanted: Item, said: Item) -> bool:
    if wanted["due_at"] is None:
        return bool(said["due"])
    return bool(str(said["due_at"])[:10] == wanted["due_at"])
