"""Makes topics and registers schemas, on the local stack or any other; safe to run again."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import httpx
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from plait_console.stack.errors import StackError

COMPATIBILITY = "FULL_TRANSITIVE"
TIMEOUT_S = 15.0


class TopicSpec(Protocol):
    """What a topic is to be; the catalogue's topics are such."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def partitions(self) -> int:
        """How many; more may be added later, but never taken away."""

    @property
    def config(self) -> Mapping[str, str]:
        """Settings that differ from the broker's own, in Kafka's names and units."""


def create_topics(
    bootstrap: str, topics: Sequence[TopicSpec], connection: Mapping[str, object] | None = None
) -> list[str]:
    """Make the topics that are missing, and bring partitions and settings of the others up to date.

    Returns one line for each change, so none when all was right. ``connection`` holds further arguments of
    kafka-python's clients, such as those for TLS; what only producers and consumers know is left out.
    Raises StackError, before any change, when a topic has more partitions than asked for.
    """
    known = {key: value for key, value in (connection or {}).items() if key in KafkaAdminClient.DEFAULT_CONFIG}
    try:
        admin = KafkaAdminClient(**{**known, "bootstrap_servers": bootstrap.split(",")})
    except KafkaError as exc:
        raise StackError(f"Kafka at {bootstrap} does not answer: {exc}", "plait status") from exc
    try:
        present = _partitions(admin, {topic.name for topic in topics})
        _refuse_fewer(topics, present)
        made = _make(admin, [topic for topic in topics if topic.name not in present])
        changed = [_update(admin, topic, present[topic.name]) for topic in topics if topic.name in present]
        return [*made, *(line for lines in changed for line in lines)]
    except KafkaError as exc:
        raise StackError(f"Kafka at {bootstrap} refuses: {type(exc).__name__}: {exc}", "plait status") from exc
    finally:
        admin.close()


def register_schemas(
    registry_url: str, subjects: Mapping[str, str], *, compatibility: str = COMPATIBILITY
) -> dict[str, int]:
    """Set the registry's compatibility and register every schema; returns the id of each subject's.

    A schema that is there already keeps its id. Raises StackError that names the subject, and the field as far as the
    registry says it, when a schema does not fit the versions before it.
    """
    try:
        with httpx.Client(base_url=registry_url.rstrip("/"), timeout=TIMEOUT_S) as client:
            client.put("/config", json={"compatibility": compatibility}).raise_for_status()
            return {subject: _register(client, subject, schema) for subject, schema in subjects.items()}
    except httpx.HTTPStatusError as exc:
        raise StackError(f"the registry answers {exc.response.status_code}: {_said(exc.response)}") from exc
    except httpx.HTTPError as exc:
        raise StackError(f"the registry at {registry_url} does not answer: {exc}", "plait status") from exc


def _partitions(admin: Any, wanted: set[str]) -> dict[str, int]:
    there = sorted(wanted & set(admin.list_topics()))
    return {topic["name"]: len(topic["partitions"]) for topic in (admin.describe_topics(there) if there else ())}


def _refuse_fewer(topics: Sequence[TopicSpec], present: Mapping[str, int]) -> None:
    for topic in topics:
        has = present.get(topic.name, 0)
        if has > topic.partitions:
            message = f"{topic.name} has {has} partitions, and the catalogue asks for {topic.partitions}"
            raise StackError(message, "Kafka can't take partitions away: ask for as many, or use a new topic.")


def _make(admin: Any, topics: Sequence[TopicSpec]) -> list[str]:
    wanted = {topic.name: {"num_partitions": topic.partitions, "configs": dict(topic.config)} for topic in topics}
    if wanted:
        admin.create_topics(wanted, wait_for_metadata=True)
    return [f"{topic.name}: made, partitions: {topic.partitions}" for topic in topics]


def _update(admin: Any, topic: TopicSpec, has: int) -> list[str]:
    lines = []
    if has < topic.partitions:
        admin.create_partitions({topic.name: topic.partitions})
        lines.append(f"{topic.name}: partitions: {topic.partitions} instead of {has}")
    differing = _differing(admin, topic)
    if differing:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, differing)])
        lines.append(f"{topic.name}: {', '.join(f'{key}={value}' for key, value in differing.items())}")
    return lines


def _differing(admin: Any, topic: TopicSpec) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, dict.fromkeys(topic.config))
    found = admin.describe_configs([resource], config_filter="all")["topic"][topic.name]
    return {key: value for key, value in topic.config.items() if found.get(key, {}).get("value") != value}


def _register(client: httpx.Client, subject: str, schema: str) -> int:
    answer = client.post(f"/subjects/{subject}/versions", json={"schema": schema})
    if answer.status_code == httpx.codes.CONFLICT:
        said = _said(answer)
        fields = ", ".join(fields_of(said, json.loads(schema)))
        message = f"{subject}: {f'field {fields}: ' if fields else ''}the schema does not fit the versions before it"
        raise StackError(message, f"A breaking change needs a new topic version. The registry says: {said}")
    return int(answer.raise_for_status().json()["id"])


def _said(answer: httpx.Response) -> str:
    try:
        return str(answer.json().get("message", answer.text))
    except ValueError:
        return answer.text


def fields_of(said: str, schema: object) -> list[str]:
    """The fields that a refusal is about, such as ``inner.q``, without repetition.

    Apicurio writes "<field or reason> at <JSON pointer>" for each difference, a lone field where it is new or gone.
    """
    fields: dict[str, None] = {}
    for reason, pointer in re.findall(r"(?:\[|, )([^\[\],]+?) at (/fields/[\w/]+)", said):
        names = _names(pointer, schema)
        if " " not in reason:
            names = [*names[: pointer.count("/fields/") - 1], reason]
        fields[".".join(names) or pointer] = None
    return list(fields)


def _names(pointer: str, schema: object) -> list[str]:
    """The names of the fields on the way that a JSON pointer goes; fewer when it leaves the schema."""
    names: list[str] = []
    here: Any = schema
    for before, step in pairwise(pointer.split("/")):
        try:
            here = here[int(step)] if isinstance(here, list) else here[step]
        except (KeyError, IndexError, ValueError, TypeError):
            break
        if before == "fields":
            names.append(here["name"])
    return names
