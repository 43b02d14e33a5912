"""Names: how they are compared, and who a first name is.

A person's name is resolved among the participants of its own conversation and audience: the authors and mentioned
people of the messages that stand. That set depends on the records alone, so the order of arrival changes nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from plait_schemas.ids import derived_id

PERSON = "PERSON"
TIME = "TIME"
STATUS = "STATUS"
MAX_NAME = 200
"""Longer surfaces are no names; they would not fit an index either."""

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
ZH_PREFIX = re.compile(r"^[老小阿](?=.)")
ZH_SUFFIX = re.compile(r"(?<=.)(?:工|总|哥|姐|老师|律师|主任|经理|同学)$")
TIME_EDGES = re.compile(r"^(?:by|on|at)\s+|\s*(?:之前|以前|前)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ref:
    """A thing as a message names it; ``identity`` is set when it is certain which person is meant."""

    label: str
    name: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A participant: canonical full name of one identity."""

    identity: str
    name: str


@dataclass(frozen=True, slots=True)
class NodeKey:
    """A resolved thing: its node's id, the name to show and the normalised one."""

    id: str
    name: str
    norm: str


@lru_cache(maxsize=2**14)
def normalise(name: str) -> str:
    """The form in which two names are the same: NFKC, case folded, white space collapsed."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def display(label: str, name: str) -> str:
    """The name as it is shown; a deadline without the preposition that belongs to the sentence."""
    shown = " ".join(name.split())
    if label != TIME:
        return shown
    return TIME_EDGES.sub("", shown) or shown


@lru_cache(maxsize=2**14)
def node_id(workspace: str, label: str, name: str) -> str:
    """Id of the node that this name stands for."""
    return derived_id("node", workspace, label, normalise(name))


def node_key(workspace: str, ref: Ref, people: Iterable[Person] = ()) -> NodeKey:
    """The node of a reference, people by their full name where exactly one participant fits."""
    name = display(ref.label, ref.name)
    if ref.label == PERSON:
        name = full_name(ref, list(people))
    return NodeKey(node_id(workspace, ref.label, name), name, normalise(name))


def full_name(ref: Ref, people: list[Person]) -> str:
    """The participant that a person's name means, or the name itself when none or several fit."""
    if ref.identity:
        known = {person.name for person in people if person.identity == ref.identity}
        return min(known) if known else display(PERSON, ref.name)
    wanted = normalise(ref.name)
    names = {normalise(person.name): person.name for person in sorted(people, key=lambda p: p.name, reverse=True)}
    if wanted in names:
        return names[wanted]
    fitting = {full for full in names if _fits(wanted, full)}
    return names[fitting.pop()] if len(fitting) == 1 else display(PERSON, ref.name)


def best_name(names: Iterable[str]) -> str:
    """Of several names of one identity, the fullest; ties go to the greatest."""
    return max(names, key=lambda name: (len(name), name), default="")


def _fits(short: str, full: str) -> bool:
    if CJK.search(short):
        core = ZH_SUFFIX.sub("", ZH_PREFIX.sub("", short))
        return full.startswith(core) if len(core) == 1 else full.endswith(core)
    parts, tokens = short.split(), full.split()
    return 0 < len(parts) < len(tokens) and parts in (tokens[: len(parts)], tokens[-len(parts) :])
