"""One revision of a repository, as the pages of its files name it."""

from __future__ import annotations

from dataclasses import dataclass

from spaces.errors import NotFound, RevisionNotFound
from spaces.repos import revisions, rules, store
from spaces.web.space.place import Seen

MENU = 100
"""Branches and tags that the menu lists."""


@dataclass(frozen=True)
class At:
    """`rev` as the address has it, and its commit: None where the repository has none at all."""

    rev: str
    sha: str | None
    branch: str | None
    """Set where commits can be put on top."""
    is_pull: bool = False

    @property
    def label(self) -> str:
        return self.rev[:8] if rules.is_sha(self.rev) else self.rev

    @property
    def commit(self) -> str:
        """The commit; raises RevisionNotFound where there is none."""
        if self.sha is None:
            raise RevisionNotFound("There is no commit yet.", hint="Add a file first.")
        return self.sha


@dataclass(frozen=True)
class Menu:
    """What one may look at instead."""

    branches: list[str]
    tags: list[str]


def at(seen: Seen, rev: str) -> At:
    """Raises RevisionNotFound for what is no revision of the repository."""
    number = seen.number
    if not store.exists(number) or not store.refs(number):
        if rev not in rules.DEFAULT_BRANCHES:
            raise RevisionNotFound(f"There is no revision {rev[:100]!r}.", hint="There is no commit here yet.")
        return At(rev, None, rev)
    sha = revisions.commit_at(number, rev)
    if rules.is_pull(rev):
        return At(rev, sha, rev, is_pull=True)
    try:
        branch, tip = revisions.branch_at(number, rev)
    except RevisionNotFound:
        return At(rev, sha, None)
    return At(rev, sha, branch if tip == sha else None)


def menu(seen: Seen) -> Menu:
    """The branches, the default one first, and the tags."""
    try:
        refs, default = store.refs(seen.number), store.default_branch(seen.number)
    except NotFound:
        return Menu([], [])
    branches = [ref.removeprefix("refs/heads/") for ref in refs if ref.startswith("refs/heads/")]
    tags = [ref.removeprefix("refs/tags/") for ref in refs if ref.startswith("refs/tags/")]
    return Menu(sorted(branches, key=lambda name: (name != default, name))[:MENU], sorted(tags, reverse=True)[:MENU])


def crumbs(path: str) -> list[tuple[str, str]]:
    """Each part of a path, with the path up to it."""
    parts = path.split("/") if path else []
    return [(part, "/".join(parts[: end + 1])) for end, part in enumerate(parts)]
