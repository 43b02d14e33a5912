"""The one error of the local stack."""

from plait_shared.errors import PlaitError


class StackError(PlaitError):
    """The stack can't do what was asked: one line that says what is wrong, and a hint at what to do.

    The hint may have several lines, such as the last ones of a log.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message
