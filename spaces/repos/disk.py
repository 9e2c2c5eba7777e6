"""Room on the disk of repositories and large files."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from spaces.errors import StorageFull
from spaces.repos import store

SPARE = 256 << 20
"""Bytes that stay free whatever comes: the database lies on the same disk."""


def check_disk(needed: int) -> None:
    """Raises StorageFull where the disk has no room for `needed` bytes and some to spare."""
    free = store.free_space()
    if free < needed + SPARE:
        raise _full(free=free)


@contextlib.contextmanager
def room() -> Iterator[None]:
    """Around writes: a disk that fills up all the same is a StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full() from None
        raise


def below(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none."""
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:  # packed or deleted meanwhile
            continue
    return total


# -- private


def _full(**extra: int) -> StorageFull:
    return StorageFull("The platform's disk is full: nothing can be pushed.", hint="Tell its admin.", **extra)
