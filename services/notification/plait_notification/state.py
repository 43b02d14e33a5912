"""The view as the service's threads share it: the reading thread writes, the others look, all under one lock."""

import threading
from dataclasses import dataclass, field

from plait_notification.view import View


@dataclass(frozen=True, slots=True)
class State:
    """The view and its lock; hold it for as long as you look, never while you wait for something."""

    view: View = field(default_factory=View)
    lock: threading.RLock = field(default_factory=threading.RLock)
