"""Commits that people make on a page: who may, on top of what, and where they are led afterwards.

A page was opened at some commit. A push meanwhile that touched none of the files in question is nobody's conflict; one that
did is told, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from spaces.api import commits
from spaces.api.uploads import Upload
from spaces.errors import BadRequest, StaleRevision
from spaces.repos import listing, revisions, rules, store
from spaces.repos.changes import STALE, Change
from spaces.web.space.place import Place, Seen
from spaces.web.space.revision import At
from spaces.web.visitors import Form, Visitor

TITLE, DESCRIPTION = 200, 5000


@dataclass(frozen=True)
class Wish:
    """What the lower part of every such form says."""

    title: str
    description: str
    parent: str
    """The commit that the page was opened at; empty: there was none."""
    as_pull: bool

    @property
    def message(self) -> str:
        return f"{self.title}\n\n{self.description}".strip()


@dataclass(frozen=True)
class Made:
    sha: str
    pull: int | None = None


def read_wish(form: Form, default: str) -> Wish:
    """Raises BadRequest for what no page of ours sends."""
    parent = form.text("parent")
    if parent and not rules.is_sha(parent):
        raise BadRequest("This form is damaged.", hint="Load the page again.")
    title = " ".join(form.text("title").split())[:TITLE] or default
    return Wish(title, form.text("description")[:DESCRIPTION], parent, form.text("as_pull") == "1")


def commit(visitor: Visitor, place: Place, at: At, wish: Wish, changes: Iterable[Change], paths: Iterable[str]) -> Made:
    """Makes the commit, or a pull request of it; `paths` are what the person had before their eyes. Raises StaleRevision
    where one of them is not what it was, and what the commit API raises."""
    found = commits.door(visitor.actor, place.kind, place.owner, place.name, at.rev, wish.as_pull)
    store.create(found.number)
    if wish.as_pull:
        pull, sha = commits.propose(found, visitor.actor, Upload(wish.message, wish.parent or None, list(changes)))
        return Made(sha, pull.number)
    parent = _settled(found.number, at.rev, wish.parent, list(paths))
    sha, _ = commits.write_commit(found, at.rev, visitor.actor.name, Upload(wish.message, parent, list(changes)))
    return Made(sha)


def afterwards(seen: Seen, at: At, made: Made, path: str, folder: str) -> str:
    """Where a browser goes on: to the file (or the folder, where it has gone), or to the proposed commit."""
    if made.pull is not None:
        return seen.to("commit", made.sha) + "?" + urlencode({"pull": made.pull})
    where = seen.to("blob", at.rev, path) if path else seen.to("tree", at.rev, folder)
    return where + "?" + urlencode({"done": made.sha})


# -- private


def _settled(number: int, rev: str, parent: str, paths: list[str]) -> str | None:
    """The commit to build on: the branch's newest, where none of `paths` differs there from what it is at `parent`."""
    _, tip = revisions.place_at(number, rev)
    if not parent or tip == parent:
        if not parent and tip and any(_blobs(number, tip, paths)):
            raise StaleRevision(STALE, head=tip)
        return parent or tip
    if tip is None or _blobs(number, tip, paths) != _blobs(number, parent, paths):
        raise StaleRevision(STALE, head=tip)
    return tip


def _blobs(number: int, sha: str, paths: list[str]) -> list[tuple[str, str]]:
    return [(entry.path, entry.oid) for entry in listing.find(number, sha, paths)]
