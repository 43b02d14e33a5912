"""What a person may set about the local stack, as PLAIT_<NAME> in the environment, and where its files lie."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_parts_cache() -> Path:
    """The person's cache folder, where Kafka and the registry are kept for every checkout."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plait" / "parts"


class StackSettings(BaseSettings):
    """Built once by the command and passed down; also handed to a detached supervisor as JSON."""

    model_config = SettingsConfigDict(env_prefix="PLAIT_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".plait"), description="Data, logs and state; survives restarts.")
    parts_cache: Path = Field(default_factory=default_parts_cache, description="Where Maven's files are kept, 210 MB.")
    ports: Mapping[str, int] = Field(default_factory=dict, description='Ports that must be used: {"kafka": 9092}.')
    usual_ports: bool = Field(default=True, description="Prefer the same known ports; otherwise any free ones.")
    kafka_heap_mb: int = Field(default=384, ge=128, description="256 works; 384 leaves room for many consumers.")
    min_free_disk_mb: int = Field(default=1024, ge=0, description="Refuse to start with less; Kafka stops hard on 0.")
    ready_timeout_s: float = Field(default=120, gt=0, description="For each part. A first start loads models.")
    stop_grace_s: float = Field(default=30, gt=0, description="From stop signal to kill; a service drains in 20.")
    service_restarts: int = Field(default=5, ge=0, description="In a row, for a service that was ready before.")
    restart_backoff_s: float = Field(default=1, ge=0, description="Before the first restart; doubled each time.")
    steady_after_s: float = Field(default=60, ge=0, description="Having run so long, a service's restarts count anew.")

    @field_validator("home", "parts_cache")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()


@dataclass(frozen=True)
class Layout:
    """The files below the home folder."""

    home: Path

    @property
    def state(self) -> Path:
        """Ports, and while the stack runs its parts and their pids."""
        return self.home / "state.json"

    @property
    def secrets(self) -> Path:
        """Passwords and keys, made once, mode 600."""
        return self.home / "secrets.json"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.home / "lock"

    @property
    def logs(self) -> Path:
        """One file a part; the run before is kept as .1."""
        return self.home / "logs"

    def log(self, part: str) -> Path:
        """Where a part's output goes."""
        return self.logs / f"{part}.log"

    def data(self, part: str) -> Path:
        """A part's own folder."""
        return self.home / "data" / part
