"""The label lists of the default pack ("office"), in the order that the heads use."""

from typing import Final

INTENTS: Final[tuple[str, ...]] = (
    "question",
    "request",
    "commitment",
    "proposal",
    "decision",
    "agreement",
    "objection",
    "status",
    "blocker",
    "schedule",
    "information",
    "social",
)
INTENT_TASK: Final = "intents"
"""What the intents are called beside the tasks of `SINGLE`."""
ENTITIES: Final[tuple[str, ...]] = (
    "WORK",
    "CLIENT",
    "MEETING",
    "PROJECT",
    "REPORT",
    "PERSON",
    "ORG",
    "PLACE",
    "TIME",
)
SENTIMENTS: Final[tuple[str, ...]] = ("negative", "neutral", "positive")
URGENCIES: Final[tuple[str, ...]] = ("low", "normal", "high")
TOPICS: Final[tuple[str, ...]] = (
    "engineering",
    "product",
    "design",
    "data",
    "sales",
    "support",
    "marketing",
    "finance",
    "people",
    "legal",
    "operations",
    "security",
    "social",
    "other",
)
HARMS: Final[tuple[str, ...]] = ("none", "offensive")

SINGLE: Final[dict[str, tuple[str, ...]]] = {
    "sentiment": SENTIMENTS,
    "urgency": URGENCIES,
    "topic": TOPICS,
    "harm": HARMS,
}
"""The tasks with exactly one label a message."""

QUERIES: Final = len(INTENTS) + len(SINGLE)
"""One place to look for each intent, then for each task of ``SINGLE``."""

BIO: Final[tuple[str, ...]] = ("O", *(f"{prefix}-{label}" for label in ENTITIES for prefix in "BI"))
"""Token tags: ``O``, then ``B-`` and ``I-`` of each entity label, side by side."""
