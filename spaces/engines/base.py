"""What the platform asks of an engine: eight verbs, all idempotent, all synchronous, each with its own time limit.

Any verb raises `EngineUnavailable` where the engine does not answer: nothing is known then, and the caller tries again.
No verb touches, or tells of, what this installation did not make: its label and its name must both say so.
Two callers may use the same verb on the same name at once. `tests/contract` holds every engine to each sentence here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, Field


class Mount(BaseModel, frozen=True):
    """A folder of the shelf, read-only in the container. No spec can name another path of the host."""

    folder: str = Field(description="Relative to the shelf, see `spaces.shelf`.")
    target: str

    @property
    def base(self) -> str:
        """The shelf's own folder that `folder` is, or is a part of."""
        kind, *rest = self.folder.split("/")
        return "/".join([kind, *rest[: 2 if kind == "commits" else 1]])


class InstanceSpec(BaseModel, frozen=True):
    """All that a container is made of. Equal specs make interchangeable containers."""

    name: str
    space_id: int
    revision_id: int
    image: str
    command: tuple[str, ...] = Field(description="Replaces ENTRYPOINT and CMD; empty: the image's own.")
    env: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
    port: int = 7860
    cpus: float = 2.0
    memory: int = Field(default=1 << 30, description="Bytes.")
    pids: int = 1024
    network: str
    subnet: str = Field(
        description="CIDR the network gets when it is made, a /28; a free one of the pool where it is taken."
    )
    volume: str | None = Field(default=None, description="Named volume mounted at /data.")
    mounts: tuple[Mount, ...] = ()
    gpus: tuple[str, ...] = Field(default=(), description="UUIDs of the devices it is given; no others are seen.")
    hosts: tuple[tuple[str, str], ...] = Field(default=(), description="Names and their addresses, for /etc/hosts.")

    def environment(self) -> dict[str, str]:
        """What its app gets. Which GPUs are seen is said last, whatever the image or its owner said before: NVIDIA's hook believes
        this variable. Nor does an image's library get into that hook, which runs as root and inherits what loads one."""
        if not self.gpus:
            return dict(self.env) | {"NVIDIA_VISIBLE_DEVICES": "void"}
        seen = {"NVIDIA_VISIBLE_DEVICES": ",".join(self.gpus), "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"}
        return dict(self.env) | seen | {"LD_PRELOAD": "", "LD_AUDIT": ""}

    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]


class ContainerState(StrEnum):
    CREATED = "created"
    RUNNING = "running"
    FROZEN = "frozen"
    EXITED = "exited"


class Observation(BaseModel, frozen=True):
    """One container of this installation, as the engine says it is now."""

    name: str
    container_id: str
    space_id: int | None
    revision_id: int | None
    state: ContainerState
    address: str | None = Field(default=None, description="IP on the Space's network while running or frozen.")
    spec: str = Field(default="", description="Digest of the spec it was made from.")
    exit_code: int | None = None
    oom_killed: bool = False
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None


class LogLine(BaseModel, frozen=True):
    at: dt.datetime
    stream: str = Field(description="`stdout` or `stderr`.")
    text: str = Field(description="One line without its end; a longer one is cut at 16 KiB.")


class LogStream(Iterator[LogLine]):
    """Lines, and a way to stop waiting for more of them."""

    def __init__(self, lines: Iterator[LogLine], close: Callable[[], None] = lambda: None) -> None:
        self._lines, self._close = lines, close

    def __next__(self) -> LogLine:
        return next(self._lines)

    def close(self) -> None:
        self._close()


class Stats(BaseModel, frozen=True):
    cpu_seconds: float = Field(description="Since the container started.")
    memory: int = Field(description="Bytes resident, page cache left out.")
    swap: int = Field(default=0, description="Bytes in swap.")
    ports: tuple[int, ...] = Field(default=(), description="TCP ports it listens on, where the host lets us look.")
    opened: int | None = Field(
        default=None, description="TCP connections opened to it since its start; None where the host lets nobody look."
    )
    packets: int = Field(default=0, description="Packets that reached it over its network since its start.")


@runtime_checkable
class Engine(Protocol):
    def launch(self, spec: InstanceSpec) -> Observation:
        """Makes sure a container of exactly `spec` runs, and returns it with its address.

        The app is told and given the spec's GPUs and no others, whatever its image says.
        Missing: network, volume and container are made. Stopped: started. Frozen: thawed. Made from another spec:
        replaced. Already running: nothing. One that ends at once is returned as it is then: EXITED, with its exit code.
        A command that does not exist is exit code 127. Raises `ImageMissing` where the image is gone, `StartFailed`
        where the engine refuses the spec, or no subnet is free for it."""
        ...

    def stop(self, name: str, grace: float = 10.0) -> None:
        """SIGTERM, then SIGKILL after `grace` seconds; a frozen one is thawed first. Keeps container and network, so
        that `launch` is fast. Nothing where it is absent or stopped."""
        ...

    def freeze(self, name: str) -> None:
        """No CPU for it until `thaw`; sockets stay open. Pages its memory out where the host allows. Nothing where it
        is absent, stopped or frozen."""
        ...

    def thaw(self, name: str) -> Observation | None:
        """Lets a frozen container go on, and returns it; one that runs is returned as it is; None where it is absent
        or stopped."""
        ...

    def observe(self, name: str | None = None) -> list[Observation]:
        """Every instance of this installation (or the named one), stopped ones too; empty where there is none. What an
        image claims in its labels counts for nothing."""
        ...

    def logs(self, name: str, since: dt.datetime | None = None, follow: bool = False) -> LogStream:
        """Lines after `since`, oldest first; with `follow` until the container stops or the iterator's `close` is
        called, from whatever thread. A stopped container still has its lines. Nothing where it is absent."""
        ...

    def stats(self, name: str) -> Stats | None:
        """What it uses now; None where it does not run."""
        ...

    def remove(self, name: str, space_id: int | None = None) -> None:
        """Removes the container, running or not, and its anonymous volumes. With `space_id` all that the Space has here
        goes: its other containers, its network and its `/data` volume. Nothing where they are absent."""
        ...
