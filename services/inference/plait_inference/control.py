"""Commands about the model: what they ask for, and which of those given so far should hold. Pure."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from plait_schemas.records import Control, ControlCommand
from plait_shared.errors import BadRecord

SERVICE: Final = "inference"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that a command asks for: an artefact by name or folder, or without one that of the settings.

    ``number`` is the command's place in the order of the topic, from 1; ``revision`` must match when it is given.
    """

    number: int
    artefact: str | None = None
    revision: str | None = None


CONFIGURED: Final = Wanted(0)
"""What holds before any command."""


def wanted(control: Control, number: int) -> Wanted | None:
    """What a command asks for, None when it is for another service; raises BadRecord when it can't be followed."""
    if control.service != SERVICE:
        return None
    match control.command:
        case ControlCommand.ACTIVATE_MODEL:
            artefact = control.arguments.get("artefact", "").strip()
            if not artefact:
                raise BadRecord("activate_model needs the argument `artefact`, a folder or a name", field="arguments")
            return Wanted(number, artefact, control.arguments.get("revision", "").strip() or None)
        case ControlCommand.DEACTIVATE_MODEL:
            return Wanted(number)
    raise BadRecord("this version of the service does not know the command", field="command")


def standing(commands: Sequence[Wanted], failed: Container[int]) -> Wanted:
    """The latest command that has not failed; the model of the settings where none is left.

    So a replica that was away comes to the same model as those that saw each command when it was given.
    """
    return next((command for command in reversed(commands) if command.number not in failed), CONFIGURED)
