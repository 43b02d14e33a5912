"""What can go wrong, and what is done about it.

    PlaitError
    ├── Retryable       a part is away (broker, database, registry): back off, commit nothing
    ├── BadRecord       this record can never succeed: dead letter with its cause, then commit
    ├── Overloaded      full: slow down; HTTP 429 with Retry-After
    ├── Fatal           another instance took over, or too much goes wrong: stop; a restart starts clean
    └── Misconfigured   refuse to start, or stop: one line that says what to change

Driver errors are mapped once, in the adapter that owns the driver, with ``raise … from exc``.
"""


class PlaitError(Exception):
    """Base of every error that Plait raises on purpose; its text is meant for people."""


class Retryable(PlaitError):
    """A part that this one needs is away for now; the same work may succeed later."""


class BadRecord(PlaitError):
    """A record that no retry can help; ``field`` names what is wrong with it, when known."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Overloaded(PlaitError):
    """No room now; try again after ``retry_after_s`` seconds."""

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Fatal(PlaitError):
    """This process can't go on safely; its supervisor restarts it, and nothing uncommitted was kept."""


class Misconfigured(PlaitError):
    """A setting, a file or a permission is wrong; the process exits with this line."""
