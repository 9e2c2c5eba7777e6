"""A commit's files as a build uses them: read one, ask for one, or stream them all as a tar archive."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from spaces.errors import EntryNotFound, TooLarge
from spaces.names import APP_UID
from spaces.repos import links
from spaces.repos.lfs import blobs
from spaces.repos.lfs.pointer import Pointer
from spaces.repos.objects import CHUNK, Entry, Objects, open_objects


@dataclass(frozen=True)
class Tree:
    """Made by `export.export_tree`, which checks all of it. Nothing is unpacked before somebody asks."""

    repository: Path = field(repr=False)
    sha: str
    time: dt.datetime
    files: dict[str, Entry] = field(repr=False)
    """Path to entry, symlinks among them, submodules not; in git's order."""
    links: dict[str, str] = field(repr=False)
    """A symlink's path to its target."""
    large: dict[str, Pointer] = field(repr=False)
    """Which of the files are git-lfs pointers, and what to."""
    warnings: list[str]

    def exists(self, path: str) -> bool:
        """True where `path` is a file, or a symlink to one."""
        return self._file(path) is not None

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        """A file's bytes, symlinks and git-lfs pointers followed. Raises EntryNotFound, and TooLarge over `limit`."""
        end = self._file(path)
        if end is None:
            raise EntryNotFound(f"There is no file {path!r}.", hint="Paths are relative to the repository's root.")
        size = self.size(end)
        if size > limit:
            raise TooLarge(f"{path} has {size} bytes; at most {limit} are read here.", size=size)
        with open_objects(self.repository) as objects:
            return b"".join(self._content(end, objects))

    def size(self, path: str) -> int:
        """Bytes of a file as a build sees it."""
        return self.large[path].size if path in self.large else self.files[path].size or 0

    @functools.cached_property
    def digest(self) -> str:
        """Names the content: equal for commits that hold the same files."""
        lines = (f"{entry.mode} {entry.oid} {path}\0" for path, entry in sorted(self.files.items()))
        text = "".join(lines).encode(errors="surrogateescape")
        return hashlib.sha256(text).hexdigest()

    def tar(
        self, prefix: str = "", uid: int = APP_UID, gid: int = APP_UID, skip: Callable[[str], bool] | None = None
    ) -> IO[bytes]:
        """A tar archive of the files for which `skip` is not true, in the folder `prefix`, produced while it is read. The
        same commit makes the same bytes: owner, modes and times do not come from this machine."""
        return io.BufferedReader(_Stream(self._archive(prefix.strip("/"), uid, gid, skip)), CHUNK)

    def write(self, into: Path) -> None:
        """Writes the files to a folder, which must not exist yet or be empty; symlinks last, so that none is ever
        written through."""
        into.mkdir(parents=True, exist_ok=True)
        if any(into.iterdir()):
            raise FileExistsError(f"{into} is not empty")
        with open_objects(self.repository) as objects:
            for path, entry in self.files.items():
                if entry.is_link:
                    continue
                where = into / path
                where.parent.mkdir(parents=True, exist_ok=True)
                with where.open("xb") as file:
                    file.writelines(self._content(path, objects))
                where.chmod(0o755 if entry.is_executable else 0o644)
        for path, target in self.links.items():
            where = into / path
            where.parent.mkdir(parents=True, exist_ok=True)
            where.symlink_to(target)

    # -- private

    def _file(self, path: str) -> str | None:
        try:
            end = links.follow(path.removeprefix("./"), self.links)
        except links.Escape:
            return None
        return end if end in self.files else None

    def _content(self, path: str, objects: Objects) -> Iterator[bytes]:
        if path in self.large:
            yield from blobs.stream(self.large[path].oid, 0, self.large[path].size)
        else:
            yield from objects.chunks(self.files[path].oid)

    def _archive(self, prefix: str, uid: int, gid: int, skip: Callable[[str], bool] | None) -> Iterator[bytes]:
        folders: set[str] = set()

        def header(name: str, kind: bytes, mode: int, size: int = 0, target: str = "") -> bytes:
            info = tarfile.TarInfo(name)
            info.type, info.mode, info.size, info.linkname = kind, mode, size, target
            info.uid, info.gid, info.mtime = uid, gid, int(self.time.timestamp())
            return info.tobuf(tarfile.PAX_FORMAT)

        with open_objects(self.repository) as objects:
            for path, entry in self.files.items():
                if skip and skip(path):
                    continue
                name = f"{prefix}/{path}" if prefix else path
                for folder in _new_folders(name, prefix, folders):
                    yield header(folder, tarfile.DIRTYPE, 0o755)
                if path in self.links:
                    yield header(name, tarfile.SYMTYPE, 0o777, target=self.links[path])
                    continue
                size = self.size(path)
                yield header(name, tarfile.REGTYPE, 0o755 if entry.is_executable else 0o644, size)
                yield from self._content(path, objects)
                yield b"\0" * (-size % tarfile.BLOCKSIZE)
        yield b"\0" * (2 * tarfile.BLOCKSIZE)


class _Stream(io.RawIOBase):
    """A file over pieces that are made when they are asked for."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def, override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._pieces.close()  # type: ignore[attr-defined]
        super().close()


def _new_folders(name: str, prefix: str, known: set[str]) -> Iterator[str]:
    """The folders above `name` that were not told yet; `prefix` counts as one, what lies above it is not ours."""
    parts = name.split("/")[:-1]
    for end in range(max(1, len(prefix.split("/")) if prefix else 1), len(parts) + 1):
        folder = "/".join(parts[:end])
        if folder not in known:
            known.add(folder)
            yield folder
