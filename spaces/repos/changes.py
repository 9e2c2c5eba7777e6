"""A commit in the words of a client, made into files: folders unfolded, and put on top of what stands there."""

from __future__ import annotations

import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spaces.errors import BadRequest, EntryNotFound, StaleRevision
from spaces.repos import revisions, rules, store
from spaces.repos.commit import Content, commit_files
from spaces.repos.objects import entries
from spaces.settings import get_settings

_TRIES = 5
"""How often a commit that named no parent is put on top of a branch that moves meanwhile."""
_FOLDERS = 1000
"""Folders that one commit may remove: each is looked for among all files."""
STALE = "The branch was updated since you opened this page. Please refresh and try again."


@dataclass(frozen=True)
class Put:
    path: str
    content: bytes | Path

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


@dataclass(frozen=True)
class Remove:
    path: str
    folder: bool = False


Change = Put | Remove


@dataclass(frozen=True)
class Done:
    """Where the branch stands now; `news`: the default branch is not where it was."""

    sha: str
    news: bool


def apply(
    space_id: int, rev: str, message: str, author: str, changes: Iterable[Change], parent: str | None = None
) -> Done:
    """Commits `changes`, in their order, to the branch or the pull request `rev`; nothing where there are none.

    With `parent`, a (short) hash, the branch must stand there: StaleRevision otherwise. Raises RevisionNotFound where
    `rev` is no branch, EntryNotFound for a removal of nothing, and what `commit_files` raises."""
    changes = list(changes)
    for change in changes:
        rules.check_path(change.path)
    removals = [change for change in changes if isinstance(change, Remove)]
    if sum(change.folder for change in removals) > _FOLDERS:
        raise BadRequest(f"One commit may remove {_FOLDERS} folders.", hint="Commit in several steps.")
    for attempt in range(_TRIES):
        branch, tip = revisions.place_at(space_id, rev)
        if parent is not None and not (tip and len(parent) >= 7 and tip.startswith(parent)):
            raise StaleRevision(STALE, head=tip)
        if not changes:
            if tip is None:
                raise BadRequest("There is nothing to commit.", hint="Add at least one file.", code="empty_commit")
            return Done(tip, news=False)
        files = _files(changes, _standing(space_id, tip) if removals else [])
        if not files and tip:  # it removes just what it adds
            return Done(tip, news=False)
        try:
            sha = commit_files(space_id, message, author, files, tip, branch)
        except StaleRevision:
            if parent is not None:
                raise StaleRevision(STALE) from None
            if attempt == _TRIES - 1:
                raise
        else:
            return Done(sha, news=branch == store.default_branch(space_id))
    raise AssertionError


# -- private


def _standing(space_id: int, tip: str | None) -> list[str]:
    if tip is None:
        return []
    listed = entries(store.find(space_id), tip, recursive=True, limit=get_settings().file_limit)
    return sorted(entry.path for entry in listed)


def _files(changes: list[Change], standing: list[str]) -> dict[str, Content]:
    """`standing`: what the branch holds, sorted; nobody asks for it where nothing is removed."""
    files: dict[str, Content] = {}
    known = set(standing)
    for change in changes:
        if isinstance(change, Put):
            files[change.path] = change.content
            continue
        # Clients that do not know whether it is a folder call it a file.
        is_file = not change.folder and (change.path in known or change.path in files)
        candidates = [change.path] if is_file else _below(change.path, standing, files)
        gone = [path for path in candidates if (files[path] is not None if path in files else path in known)]
        if not gone:
            raise EntryNotFound("A file with this name doesn't exist", hint=f"Nothing is at {change.path[:200]!r}.")
        for path in gone:
            if path in known:
                files[path] = None
            else:
                del files[path]
    return files


def _below(folder: str, standing: list[str], files: dict[str, Content]) -> list[str]:
    prefix = f"{folder}/"
    start = end = bisect.bisect_left(standing, prefix)
    while end < len(standing) and standing[end].startswith(prefix):
        end += 1
    return list(dict.fromkeys([*standing[start:end], *(path for path in files if path.startswith(prefix))]))
