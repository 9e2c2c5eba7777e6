"""One writer at a time in a repository: a file lock beside it, given back by the kernel when its holder dies."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from spaces.errors import Busy

POLL = 0.05
PATIENCE = 60.0
"""How long a second push waits for the first."""


@contextlib.contextmanager
def locked(path: Path, seconds: float = PATIENCE) -> Iterator[None]:
    """Holds the lock for the block. Raises Busy where another holds it for longer than `seconds`."""
    until = time.monotonic() + seconds
    with path.open("ab") as file:
        while not _try(file.fileno()):
            if time.monotonic() > until:
                raise _busy()
            time.sleep(POLL)
        yield


@contextlib.asynccontextmanager
async def locked_async(path: Path, seconds: float = PATIENCE) -> AsyncIterator[None]:
    """`locked` for a request handler."""
    until = time.monotonic() + seconds
    with path.open("ab") as file:
        while not _try(file.fileno()):
            if time.monotonic() > until:
                raise _busy()
            await asyncio.sleep(POLL)
        yield


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy() -> Busy:
    return Busy("Another push to this Space is still running.", retry_after=10, hint="Push again when it is done.")
