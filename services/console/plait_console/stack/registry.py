"""The Apicurio schema registry, kept in PostgreSQL."""

from collections.abc import Mapping

from plait_console.stack.artefacts import QUICK_JVM, Artefacts, fetch, java
from plait_console.stack.part import Note, Part
from plait_console.stack.ports import HOST
from plait_console.stack.postgres import USER
from plait_console.stack.probes import http_ok
from plait_console.stack.secrets import StackSecrets
from plait_console.stack.settings import Layout, StackSettings


def registry_url(ports: Mapping[str, int]) -> str:
    """The Confluent-compatible API, which is what every Kafka tool speaks."""
    return f"http://{HOST}:{ports['registry']}/apis/ccompat/v7"


def registry_part(settings: StackSettings, ports: Mapping[str, int], secrets: StackSecrets, jars: Artefacts) -> Part:
    """The registry; its tables are its own database beside Plait's."""
    options = {
        "quarkus.http.host": HOST,
        "quarkus.http.port": ports["registry"],
        "quarkus.management.host": HOST,
        "quarkus.management.port": ports["registry_management"],
        "quarkus.http.access-log.enabled": "false",
        "quarkus.banner.enabled": "false",
        "quarkus.log.level": "WARN",
        'quarkus.log.category."io.apicurio".level': "WARN",
        "apicurio.rest.deletion.artifact.enabled": "true",
        "apicurio.storage.sql.kind": "postgresql",
        "apicurio.datasource.url": f"jdbc:postgresql://{HOST}:{ports['postgres']}/registry",
        "apicurio.datasource.username": USER,
        "apicurio.datasource.jdbc.initial-size": 2,
        "apicurio.datasource.jdbc.min-size": 2,
        "apicurio.datasource.jdbc.max-size": 10,
    }
    heap = ("-Xms64m", "-Xmx256m")
    defined = (f"-D{name}={value}" for name, value in options.items())

    async def prepare(note: Note) -> None:
        await fetch(jars, note)

    return Part(
        name="registry",
        kind="infrastructure",
        command=(java(), *heap, *QUICK_JVM, *defined, "-jar", str(jars.registry_jar)),
        cwd=Layout(settings.home).data("registry"),
        address=registry_url(ports),
        env={"APICURIO_DATASOURCE_PASSWORD": secrets.postgres_password},  # not an option: those show in ps
        depends_on=("postgres",),
        prepare=prepare,
        ready=http_ok(f"{registry_url(ports)}/subjects"),
    )
