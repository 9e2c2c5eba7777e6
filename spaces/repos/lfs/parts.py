"""Uploads in parts: each waits in a file of its own until all are there, then they become one content like any other.

They are put together into a private file while that is hashed: nobody can change a part behind the check."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
from pathlib import Path

from spaces.errors import Invalid
from spaces.models.types import now
from spaces.repos import disk
from spaces.repos.lfs.blobs import Incoming
from spaces.repos.lfs.pointer import Pointer
from spaces.repos.objects import CHUNK
from spaces.settings import get_settings

SIZE = 64 << 20
"""Bytes of every part but the last; what has no more than that comes whole."""
LEFT_AFTER = 24 * 3600
"""Seconds without a new part after which an upload counts as given up."""


def count(size: int) -> int:
    """How many parts a file of `size` bytes has."""
    return -(-size // SIZE)


def length(pointer: Pointer, part: int) -> int:
    """How many bytes the `part`th has, counted from 1."""
    return min(SIZE, pointer.size - (part - 1) * SIZE)


class IncomingPart:
    """One part on its way in. Use it in a `with`: a part that is not whole is gone after it."""

    def __init__(self, number: int, pointer: Pointer, part: int) -> None:
        self.length = length(pointer, part)
        # Parts and what is made of them lie on the disk together for a while.
        disk.check_disk(2 * self.length)
        self._where = _folder(number, pointer)
        self._where.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._name, self._path = str(part), self._where / f"new-{secrets.token_hex(8)}"
        self._file, self._md5, self.count = self._path.open("xb"), hashlib.md5(usedforsecurity=False), 0

    def __enter__(self) -> IncomingPart:
        return self

    def __exit__(self, *_: object) -> None:
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # what a full disk did not take
            self._file.close()

    def write(self, data: bytes) -> None:
        self.count += len(data)
        if self.count > self.length:
            raise _wrong_length(self.length)
        with disk.room():
            self._file.write(data)
        self._md5.update(data)

    def finish(self) -> str:
        """Keeps the part, and returns its ETag; a part sent again replaces the first."""
        if self.count != self.length:
            raise _wrong_length(self.length)
        with disk.room():
            self._file.close()
        self._path.replace(self._where / self._name)
        return f'"{self._md5.hexdigest()}"'


def join(number: int, pointer: Pointer, into: Incoming) -> None:
    """Writes all parts to `into`, in their order. Raises Invalid where one is missing."""
    where = _folder(number, pointer)
    for part in range(1, count(pointer.size) + 1):
        try:
            with (where / str(part)).open("rb") as file:
                while piece := file.read(CHUNK):
                    into.write(piece)
        except FileNotFoundError:
            raise Invalid(f"Part {part} was not uploaded.", hint="Upload it, then complete.", code="no_part") from None


def forget(number: int, pointer: Pointer | None = None) -> None:
    """Removes the parts of an upload, or of all uploads to a repository."""
    shutil.rmtree(_folder(number, pointer) if pointer else _folder(number), ignore_errors=True)


def sweep() -> None:
    """Removes the parts of uploads that nobody goes on with."""
    before = now().timestamp() - LEFT_AFTER
    for folder in _root().glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


# -- private


def _root() -> Path:
    return get_settings().path("lfs", "parts", "any").parent


def _folder(number: int, pointer: Pointer | None = None) -> Path:
    return _root() / str(number) / (f"{pointer.oid}-{pointer.size}" if pointer else "")


def _wrong_length(length: int) -> Invalid:
    return Invalid(f"This part has {length} bytes.", hint="Cut the file as `chunk_size` says.", code="wrong_part")
