"""Taking one line of history into another without a working tree: by whole files, in an index of its own.

A file that only one side changed is taken from there; one that both changed differently stands in the way.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from spaces.errors import Conflict, Invalid
from spaces.repos import git, store
from spaces.repos.commit import commit_tree
from spaces.settings import get_settings

_NOTHING = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The empty tree, which git knows without being given it: the base of histories that share nothing."""
_SHOWN = 5


def merge(number: int, ref: str, branch: str, message: str, author: str) -> str:
    """`branch`, the default one, takes in what `ref` holds; returns where it stands then. It moves forward where nothing
    else happened on it, and gets a commit with two parents where something did. Raises Conflict, or RevisionNotFound."""
    where = store.find(number)
    with store.lock(number):
        store.sweep(number)
        ours, theirs = store.resolve(number, f"refs/heads/{branch}"), store.resolve(number, ref)
        base = _base(where, ours, theirs)
        if base == theirs:
            return ours
        sha = theirs
        if base != ours:
            with _joined(where, base, ours, theirs) as joined:
                _check(joined.clashes, joined.files)
                sha = commit_tree(where, joined.write(), (ours, theirs), message, author)
        git.run("update-ref", f"refs/heads/{branch}", sha, ours, repository=where)
        store.keep(number, sha)
    return sha


def clashes(number: int, ref: str, branch: str) -> list[str]:
    """The files that keep `ref` from being merged into `branch`. Writes nothing to the repository."""
    where = store.find(number)
    ours, theirs = store.resolve(number, f"refs/heads/{branch}"), store.resolve(number, ref)
    base = _base(where, ours, theirs)
    if base in (ours, theirs):
        return []
    with _joined(where, base, ours, theirs) as joined:
        return joined.clashes


# -- private


@dataclass(frozen=True)
class _Joined:
    """An index that holds both sides."""

    repository: Path
    index: Path
    clashes: list[str]
    files: int

    def write(self) -> str:
        """The tree that comes of it."""
        return _with_index(self.repository, self.index, "write-tree").decode().strip()


@contextmanager
def _joined(where: Path, base: str, ours: str, theirs: str) -> Iterator[_Joined]:
    with tempfile.TemporaryDirectory(prefix="demodock-merge-") as folder:
        index = Path(folder, "index")
        _with_index(where, index, "read-tree", "-i", "-m", "--aggressive", base, ours, theirs)
        listed = _with_index(where, index, "ls-files", "--stage", "-z").decode(errors="replace").split("\0")[:-1]
        # `MODE OID STAGE<tab>PATH`; the stage of a file that is settled is 0
        clashing = [line.partition("\t")[2] for line in listed if line.partition("\t")[0].split()[2] != "0"]
        yield _Joined(where, index, list(dict.fromkeys(clashing)), len(listed))


def _with_index(where: Path, index: Path, *args: str) -> bytes:
    return git.run(*args, repository=where, env=git.environment(GIT_INDEX_FILE=str(index)))


def _base(where: Path, ours: str, theirs: str) -> str:
    """Where the two parted."""
    try:
        return git.run("merge-base", ours, theirs, repository=where).decode().strip()
    except git.GitError as error:
        if error.extra.get("exit_code") == 1:
            return _NOTHING
        raise


def _check(clashing: list[str], files: int) -> None:
    if clashing:
        named = ", ".join(clashing[:_SHOWN]) + (", ..." if len(clashing) > _SHOWN else "")
        raise Conflict(
            f"It cannot be merged: the branch changed the same files meanwhile: {named}.",
            hint="Commit the branch's files to it, with the change in them, or close it and open another.",
            code="merge_conflict",
        )
    if files > (most := get_settings().file_limit):
        raise Invalid(f"A repository may hold {most} files; merged it would hold {files}.", code="too_many_files")
