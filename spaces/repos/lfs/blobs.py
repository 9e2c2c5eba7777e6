"""The bytes of large files: one file for each content, named by its hash, whole or not there at all.

Who may read them is not known here: that is `holdings`. Whoever adds the first holder of a content or removes its last
one does both, row and file, under the lock of that content."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from spaces.errors import EntryNotFound, Invalid
from spaces.repos import disk
from spaces.repos import lock as locks
from spaces.repos.lfs.pointer import Large, valid_oid
from spaces.repos.objects import CHUNK
from spaces.settings import get_settings


class Incoming:
    """Bytes on their way in, hashed while they are written. Use it in a `with`: what was not kept is gone after it.

    `oid` is what they were announced to be; None: whatever they turn out to be. Raises StorageFull where there is no room,
    Invalid where they are not what was announced."""

    def __init__(self, size: int, oid: str | None = None) -> None:
        disk.check_disk(size)
        self.size, self.oid, self.count = size, oid, 0
        self.path, self._file = _new_file()
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, *_: object) -> None:
        self.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # what a full disk did not take
            self._file.close()

    def write(self, data: bytes) -> None:
        self.count += len(data)
        if self.count > self.size:
            raise _not_promised(f"it has more than the {self.size} bytes that were announced")
        with disk.room():
            self._file.write(data)
        self._sha256.update(data)
        self._git.update(data)

    def finish(self) -> Large:
        """All of it was written: checks it, and says what it is."""
        if self.count != self.size:
            raise _not_promised(f"it has {self.count} bytes where {self.size} were announced")
        if self._sha256.hexdigest() != (self.oid or self._sha256.hexdigest()):
            raise _not_promised("its SHA-256 is another than the announced one")
        with disk.room():
            self._file.flush()
            os.fsync(self._file.fileno())
        self.path.chmod(0o444)
        return Large(self._sha256.hexdigest(), self.size, self._git.hexdigest())

    def place(self, large: Large) -> None:
        """The file goes where its content belongs; under the lock of that content, after `finish`."""
        where = path(large.oid)
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.replace(where)


def path(oid: str) -> Path:
    """Where the content lies, whether or not it is there. `oid` is 64 hexadecimal digits."""
    if not valid_oid(oid):
        raise ValueError("not a SHA-256")
    return _root() / oid[:2] / oid[2:4] / oid


def stream(oid: str, start: int, stop: int) -> Iterator[bytes]:
    """The bytes from `start` up to `stop`, in pieces of at most a mebibyte. Raises EntryNotFound, at once, where they are
    lost."""
    try:
        file = path(oid).open("rb")
    except FileNotFoundError:
        raise EntryNotFound("The content of this file is lost.", hint="Upload it again.") from None
    return _pieces(file, start, stop)


def lock(oid: str) -> contextlib.AbstractContextManager[None]:
    """Held by whoever lets a content appear or disappear, together with the rows that say so."""
    return locks.locked(get_settings().path("lfs", "locks", oid[:2]))


def remove(oid: str) -> None:
    """The content goes; under its lock. Whoever reads it at this moment reads on."""
    path(oid).unlink(missing_ok=True)


def listed() -> Iterator[str]:
    """The content of every file there is."""
    for where in _root().glob("??/??/*"):
        if valid_oid(where.name):
            yield where.name


def sweep_incoming() -> None:
    """Removes what a killed process left half-written."""
    for left in _root().glob("incoming/*"):
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink()


# -- private


def _new_file() -> tuple[Path, IO[bytes]]:
    """A file whose lock tells `sweep_incoming`, in whatever process, that somebody writes; the kernel takes it from the
    dead."""
    while True:
        where = get_settings().path("lfs", "incoming", secrets.token_hex(16))
        file = where.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:  # else it was swept before it was locked
            return where, file
        file.close()


def _root() -> Path:
    return get_settings().path("lfs", "any").parent


def _pieces(file: IO[bytes], start: int, stop: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while start < stop and (piece := file.read(min(CHUNK, stop - start))):
            start += len(piece)
            yield piece


def _not_promised(what: str) -> Invalid:
    return Invalid(f"The file is not what was announced: {what}.", hint="Upload it again.", code="wrong_content")
