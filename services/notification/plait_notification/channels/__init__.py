"""Doors through which people are told. A door makes one attempt and says how it went; it never raises for it."""

from datetime import datetime
from typing import Protocol

from plait_notification.delivery import Answer
from plait_schemas.records import Alert, Delivery


class Door(Protocol):
    """One kind of door."""

    def send(self, delivery: Delivery, alert: Alert, now: datetime) -> Answer:
        """One attempt; ``delivery.delivery_id`` is the receiver's idempotency key."""
        ...
