"""A task that the engine lost: one that was killed while it started a container finds the container started, or about to
be, by a runtime that it no longer asks, and refuses every start of it from then on.

Nothing but another container gets out of that. What is left of the old one is ended first where we may see the host's
processes: as root, outside of a container. Elsewhere it may linger, on no network that leads anywhere new.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

PROC = Path("/proc")
WORDS = ("already exists", "already in use")
"""How engines tell of it, of a task or of an id. A name that is taken is told at creation, never at a start."""


def is_lost(why: str) -> bool:
    """Whether a refused start tells of a task that the engine lost."""
    return any(words in why.lower() for words in WORDS)


def end_lost(container_id: str, proc: Path = PROC) -> list[int]:
    """Kills what still runs of the container, and returns the processes; none where we may not, or see none."""
    found = [int(path.parent.name) for path in proc.glob("[0-9]*/cgroup") if _belongs(path, container_id)]
    for pid in found:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return found


def _belongs(groups: Path, container_id: str) -> bool:
    """By the group's last part: a longer path that only mentions the id is somebody else's."""
    try:
        lines = groups.read_text().splitlines()
    except OSError:
        return False
    names = (container_id, f"docker-{container_id}.scope")
    return any(line.rpartition("/")[2] in names for line in lines)
