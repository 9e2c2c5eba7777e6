"""Which processes of an installation are alive: pid and start time together, since pids are used again."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from pathlib import Path

from pydantic import BaseModel

from spaces.errors import SetupError


class Identity(BaseModel, frozen=True):
    """One process for as long as the machine is up, and no other."""

    pid: int
    start: int
    """Clock ticks from the machine's start to the process's."""
    boot: str


def identify(pid: int, proc: Path = Path("/proc")) -> Identity | None:
    """The identity of a process that lives; None for a dead one or a zombie."""
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
        boot = (proc / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else Identity(pid=pid, start=int(fields[19]), boot=boot)


def write(path: Path, pid: int) -> None:
    """Notes the process in `path`, whole or not at all."""
    identity = identify(pid)
    if identity:
        temporary = path.with_suffix(".new")
        temporary.write_text(identity.model_dump_json())
        temporary.replace(path)


def read(path: Path, proc: Path = Path("/proc")) -> int | None:
    """The pid noted in `path` where that very process still lives."""
    try:
        identity = Identity.model_validate_json(path.read_text())
    except (OSError, ValueError):
        return None
    return identity.pid if identify(identity.pid, proc) == identity else None


def end(pid: int, grace: float) -> None:
    """SIGTERM, then SIGKILL after `grace` seconds; returns once the process is gone. For processes that may not be our
    children, so it looks instead of waiting."""
    identity = identify(pid)
    for sig, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            if identity and identify(pid) == identity:
                os.kill(pid, sig)
        deadline = time.monotonic() + seconds
        while identity and identify(pid) == identity:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        else:
            return


class Hold:
    """The right to run an installation: one process at a time has it, and a dead one's is free."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "up.lock"
        self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = self._holder()
            os.close(self._file)
            raise SetupError(
                f"This data directory is in use: `demodock up` runs as {holder}.",
                hint="Stop it, or choose another DEMODOCK_DATA and DEMODOCK_PORT to run a second installation.",
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps({"pid": os.getpid()}).encode(), 0)

    def release(self) -> None:
        os.ftruncate(self._file, 0)
        os.close(self._file)

    # Private

    def _holder(self) -> str:
        try:
            return f"process {json.loads(self._path.read_text())['pid']}"
        except (OSError, ValueError, KeyError):
            return "another process"
