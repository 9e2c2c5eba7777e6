"""What a commit changed, bounded: which files, and the lines of each as far as they are worth showing.

A merge is told against its first parent. git finds renames and says what is no text; nothing of a repository is run: no
filter, no program for a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spaces.repos import git, store
from spaces.repos.lfs import pointer
from spaces.repos.store import Commit

LIMIT = 2 << 20
"""Bytes of git's answer that are read."""
FILES = 300
FILE_LINES = 1000
"""Lines of one file's difference."""
LINE = 2000
"""Characters of one line."""
SECONDS = 20

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@dataclass(frozen=True)
class Line:
    """`mark` is `+`, `-`, a blank, or `@` for what stands between two pieces. Numbers are those before and after."""

    mark: str
    text: str
    before: int | None = None
    after: int | None = None


@dataclass
class FileChange:
    """`status` is git's letter: A, D, M, R (renamed), C (copied) or T (another type)."""

    path: str
    status: str
    was: str
    """Its path before."""
    binary: bool = False
    large: bool = False
    """A git-lfs pointer, before or after."""
    cut: bool = False
    """There is more than is shown."""
    added: int = 0
    removed: int = 0
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    files: list[FileChange]
    cut: bool
    """Some files, or the lines of some, are left out."""


def of_commit(space_id: int, commit: Commit) -> Difference:
    """What `commit` changed against its first parent."""
    before = commit.parents[0] if commit.parents else EMPTY_TREE
    output, whole = _ask(space_id, before, commit.sha)
    head, _, patch = output.partition(b"\0\0")
    files = list(_files(head + b"\0"))
    _fill(files, patch)
    return Difference(files[:FILES], not whole or len(files) > FILES)


# -- private


def _ask(space_id: int, before: str, after: str) -> tuple[bytes, bool]:
    """git's answer, or as much of it as is read; and whether that is all."""
    with git.open_pipe(
        *("diff-tree", "-r", "-z", "--patch-with-raw", "--no-ext-diff", "--no-textconv", "--no-color", "--full-index"),
        *("--find-renames", "-l400", "--submodule=short", "--unified=3", "--no-indent-heuristic", "--end-of-options"),
        *(before, after),
        repository=store.find(space_id),
        stdin=False,
        seconds=SECONDS,
    ) as process:
        assert process.stdout
        output = process.stdout.read(LIMIT)
        return output, len(output) < LIMIT and not process.stdout.read(1)


def _files(head: bytes) -> Iterator[FileChange]:
    """`:mode mode oid oid letter`, then one path, or two where it has another one now."""
    fields = iter(head.split(b"\0"))
    for told in fields:
        if not told.startswith(b":"):
            continue
        letter = told.rsplit(b" ", 1)[-1][:1].decode()
        was = next(fields, b"").decode(errors="surrogateescape")
        path = next(fields, b"").decode(errors="surrogateescape") if letter in "RC" else was
        yield FileChange(path, letter, was)


def _fill(files: list[FileChange], patch: bytes) -> None:
    """Each file's part begins with a line that no line of a file can look like: those begin with a mark."""
    at = -1
    before = after = 0
    inside = False
    for raw in patch.split(b"\n"):
        if raw.startswith(b"diff --git "):
            at, inside = at + 1, False
        if not 0 <= at < min(len(files), FILES):
            continue
        change = files[at]
        if raw.startswith(b"@@ "):
            inside = True
            before, after = _start(raw)
            if change.lines:
                change.lines.append(Line("@", ""))
        elif not inside:
            change.binary = change.binary or raw.startswith(b"Binary files ")
        elif raw[:1] in (b"+", b"-", b" "):
            mark = raw[:1].decode()
            text = raw[1 : LINE * 4].decode(errors="replace").removesuffix("\r")[:LINE]
            change.added += mark == "+"
            change.removed += mark == "-"
            if len(change.lines) < FILE_LINES:
                numbers = (None if mark == "+" else before, None if mark == "-" else after)
                change.lines.append(Line(mark, text, *numbers))
            else:
                change.cut = True
            before, after = before + (mark != "+"), after + (mark != "-")
    for change in files:
        change.large = any(line.text == pointer.FIRST_LINE for line in change.lines if line.mark != "@")


def _start(raw: bytes) -> tuple[int, int]:
    """`@@ -3,7 +3,8 @@`."""
    parts = raw.split(b" ", 3)
    return tuple(int(part[1:].split(b",")[0]) for part in parts[1:3])  # type: ignore[return-value]
