"""Apache Kafka, one KRaft node."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from string import Template

from plait_console.stack.artefacts import QUICK_JVM, Artefacts, asset, fetch, java
from plait_console.stack.part import Note, Part
from plait_console.stack.ports import HOST
from plait_console.stack.probes import listens
from plait_console.stack.process import run_once
from plait_console.stack.secrets import StackSecrets
from plait_console.stack.settings import Layout, StackSettings


def kafka_part(settings: StackSettings, ports: Mapping[str, int], secrets: StackSecrets, jars: Artefacts) -> Part:
    """The broker; it is formatted at its first start, and its ports may change at any."""
    cwd = Layout(settings.home).data("kafka")
    config = cwd / "server.properties"
    run = (java(), *QUICK_JVM, f"-Dlog4j2.configurationFile={cwd / 'log4j2.xml'}", "-cp", jars.kafka_classpath)
    heap = (f"-Xms{settings.kafka_heap_mb}m", f"-Xmx{settings.kafka_heap_mb}m")

    async def prepare(note: Note) -> None:
        await fetch(jars, note)
        _write_config(cwd, ports)
        if not (cwd / "log" / "meta.properties").exists():
            note("formatting its storage, once")
            tool = (*run, "kafka.tools.StorageTool", "format", "--standalone")
            await run_once([*tool, "-t", secrets.kafka_cluster_id, "-c", str(config)])

    async def ready() -> bool:
        return await listens(ports["kafka"]) and await asyncio.to_thread(has_broker, f"{HOST}:{ports['kafka']}")

    return Part(
        name="kafka",
        kind="infrastructure",
        command=(run[0], *heap, *run[1:], "kafka.Kafka", str(config)),
        cwd=cwd,
        address=f"{HOST}:{ports['kafka']}",
        prepare=prepare,
        ready=ready,
    )


def has_broker(bootstrap: str) -> bool:
    """Whether the cluster has a broker that takes records; listening is not enough, it may still be fenced."""
    from kafka.admin import KafkaAdminClient  # a third of a second, which `plait status` does without
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2000, bootstrap_timeout_ms=2000)
    except KafkaError:
        return False
    try:
        return any(not broker.get("is_fenced") for broker in admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def _write_config(folder: Path, ports: Mapping[str, int]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    values = {"port": ports["kafka"], "controller_port": ports["kafka_controller"], "data": folder / "log"}
    (folder / "server.properties").write_text(Template(asset("server.properties")).substitute(values), encoding="utf-8")
    (folder / "log4j2.xml").write_text(asset("log4j2.xml"), encoding="utf-8")
