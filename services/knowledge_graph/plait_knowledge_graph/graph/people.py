"""Who the first names of a conversation are, once all its participants are known."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from plait_knowledge_graph.graph.names import PERSON, Person, Ref, best_name, node_key
from plait_knowledge_graph.graph.rows import Place


class Participant(NamedTuple):
    """One identity of a conversation under one of its names; ``profile_name`` when a profile claims the identity."""

    workspace: str
    conversation_id: str
    audience: str
    identity_id: str
    name: str
    profile_name: str | None

    @property
    def place(self) -> Place:
        """The conversation as one audience sees it."""
        return Place(self.workspace, self.conversation_id, self.audience)


class PersonRef(NamedTuple):
    """A person as the messages of a conversation name them, and the node that stands for them so far."""

    workspace: str
    conversation_id: str
    audience: str
    surface: str
    identity: str
    node_id: str


class Rename(NamedTuple):
    """The node that a person's name stands for from now on."""

    workspace: str
    conversation_id: str
    audience: str
    surface: str
    identity: str
    node_id: str
    node_name: str
    node_norm: str


def renames(refs: Iterable[PersonRef], participants: Iterable[Participant]) -> list[Rename]:
    """The references that mean another node than they are stored with; sorted, each once."""
    people = _people(participants)
    found: dict[tuple[Place, str, str], Rename] = {}
    for ref in refs:
        place = Place(ref.workspace, ref.conversation_id, ref.audience)
        node = node_key(ref.workspace, Ref(PERSON, ref.surface, ref.identity), people.get(place, ()))
        if node.id != ref.node_id:
            found[place, ref.surface, ref.identity] = Rename(
                *place, ref.surface, ref.identity, node.id, node.name, node.norm
            )
    return [found[key] for key in sorted(found)]


def _people(participants: Iterable[Participant]) -> dict[Place, list[Person]]:
    names: dict[Place, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    profiles: dict[tuple[Place, str], str] = {}
    for one in participants:
        names[one.place][one.identity_id].append(one.name)
        if one.profile_name:
            profiles[one.place, one.identity_id] = one.profile_name
    return {
        place: [
            Person(id_, profiles.get((place, id_)) or best_name(given)) for id_, given in sorted(identities.items())
        ]
        for place, identities in names.items()
    }
