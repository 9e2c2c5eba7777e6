"""Reading git objects: one `cat-file` process answers any number of questions, and nothing passes through filters."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from spaces.errors import TooLarge
from spaces.repos import git
from spaces.repos.lfs.pointer import Large

Kind = Literal["blob", "tree", "commit"]
CHUNK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One line of a tree. `kind` is `commit` for a submodule; `size` is None for what is no file. `large` is the file that a
    pointer stands for, once `lfs.view` has looked."""

    path: str
    mode: str
    kind: Kind
    oid: str
    size: int | None
    large: Large | None = None

    @property
    def is_link(self) -> bool:
        return self.mode == "120000"

    @property
    def is_executable(self) -> bool:
        return self.mode == "100755"


@dataclass(frozen=True)
class Info:
    oid: str
    kind: str
    size: int


class Objects:
    """An open reader of one repository. Not safe to share between threads that read at the same time."""

    def __init__(self, process) -> None:  # type: ignore[no-untyped-def]
        self._process = process

    def info(self, name: str) -> Info | None:
        """What `name` stands for, or None. `name` comes from `rules` or was checked by it; it holds no newline."""
        return self._ask("info", name)

    def read(self, name: str, limit: int) -> bytes | None:
        """The content of `name`, or None where it does not exist. Raises TooLarge over `limit` bytes."""
        found = self.info(name)
        if found is None:
            return None
        if found.size > limit:
            raise TooLarge(f"The file has {found.size} bytes; at most {limit} are read here.", size=found.size)
        return b"".join(self.chunks(found.oid))

    def chunks(self, oid: str) -> Iterator[bytes]:
        """The content of `oid` in pieces. The reader is free again once all of it is read."""
        found = self._ask("contents", oid)
        if found is None:
            raise git.GitError(f"The object {oid} is missing from its repository.", code="repository_damaged")
        left = found.size
        while left:
            piece = self._process.stdout.read(min(left, CHUNK))
            if not piece:
                raise git.GitError("git ended in the middle of an object.", code="repository_damaged")
            left -= len(piece)
            yield piece
        self._process.stdout.read(1)

    def commit_time(self, sha: str) -> dt.datetime:
        """When the commit `sha` was made, by its own word."""
        for line in (self.read(sha, 1 << 20) or b"").split(b"\n\n")[0].splitlines():
            if line.startswith(b"committer "):
                return moment(line.rsplit(b" ", 2)[-2])
        return moment(b"")

    def _ask(self, command: str, name: str) -> Info | None:
        if "\n" in name or "\0" in name:
            return None
        self._process.stdin.write(f"{command} {name}\n".encode(errors="surrogateescape"))
        self._process.stdin.flush()
        line = self._process.stdout.readline().rstrip(b"\n")
        parts = line.rsplit(b" ", 2)
        if len(parts) == 3 and parts[2].isdigit():
            return Info(oid=parts[0].decode(), kind=parts[1].decode(), size=int(parts[2]))
        if not line:
            raise git.GitError("git ended while it was asked for an object.", code="repository_damaged")
        return None


def moment(seconds: str | bytes) -> dt.datetime:
    """A commit's time by its own word; the beginning of 1970 where that is no time at all."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC)
    return dt.datetime.fromtimestamp(0, dt.UTC)


@contextlib.contextmanager
def open_objects(repository: Path) -> Iterator[Objects]:
    """A reader of `repository` until the end of the block."""
    with git.open_pipe("cat-file", "--batch-command", repository=repository) as process:
        yield Objects(process)


def entries(
    repository: Path,
    tree: str,
    *,
    recursive: bool,
    limit: int,
    prefix: str = "",
    folders: bool = False,
    paths: Iterable[str] = (),
) -> Iterator[Entry]:
    """The lines of `tree` (a hash of our own finding, or `hash:path`), as git streams them; with `folders` also the
    folders that are looked into, with `paths` (checked by `rules`) only what leads to them. Raises TooLarge after
    `limit`: a tree of a few kilobytes can unfold into billions of files."""
    flags = [*(["-r"] if recursive else []), *(["-t"] if folders else [])]
    with git.open_pipe(
        *("ls-tree", *flags, "-z", "-l", "--full-tree", "--", tree, *paths),
        repository=repository,
        stdin=False,
        seconds=git.SECONDS,
    ) as process:
        rest, count = b"", 0
        while piece := process.stdout.read(CHUNK) if process.stdout else b"":
            *lines, rest = (rest + piece).split(b"\0")
            for line in lines:
                count += 1
                if count > limit:
                    raise TooLarge(
                        f"The tree holds more than {limit} files.",
                        hint="Put many small files into one archive or data set.",
                    )
                yield _entry(line, prefix)
        if process.wait():
            raise git.GitError("git could not list the tree.", code="repository_damaged")


def _entry(line: bytes, prefix: str) -> Entry:
    head, _, path = line.partition(b"\t")
    mode, kind, oid, size = head.split()
    return Entry(
        path=prefix + path.decode(errors="surrogateescape"),
        mode=mode.decode(),
        kind=kind.decode(),  # type: ignore[arg-type]
        oid=oid.decode(),
        size=int(size) if size.isdigit() else None,
    )
