"""Tab: the files of a repository, a folder at a time, each with the commit that last changed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from spaces.access import Permission
from spaces.api.deps import FilePath, Segment
from spaces.errors import EntryNotFound
from spaces.repos import history, listing, rules, store
from spaces.repos.history import Touch
from spaces.repos.lfs import view
from spaces.repos.objects import Entry
from spaces.web.render import PageRoute
from spaces.web.space import readme, revision
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Seen, every_kind, look
from spaces.web.visitors import Anybody

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 500
SECONDS = 3.0
"""How long a page looks for its files' last commits; those it did not meet by then go without."""


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    path: str
    entry: Entry
    touch: Touch | None
    named: bool
    """Its name can stand in an address."""

    @property
    def is_folder(self) -> bool:
        return self.entry.kind == "tree"

    @property
    def size(self) -> int | None:
        return self.entry.large.size if self.entry.large else self.entry.size


@every_kind(router, "/tree/{rev}")
def root(visitor: Anybody, asked: Asked, rev: Segment, p: Annotated[int, Query(ge=0, le=10_000)] = 0) -> Response:
    return folder_page(visitor, asked, rev, "", p)


@every_kind(router, "/tree/{rev}/{path:path}")
def folder_page(
    visitor: Anybody, asked: Asked, rev: Segment, path: FilePath, p: Annotated[int, Query(ge=0, le=10_000)] = 0
) -> Response:
    seen = look(visitor, asked, Permission.READ)
    there, folder = revision.at(seen, rev), path.strip("/")
    if there.sha is None:
        return draw("space/empty.html", visitor, seen, "files", at=there)
    try:
        entries, more = listing.page(seen.number, there.sha, folder, recursive=False, start=p * PAGE, count=PAGE)
    except EntryNotFound:
        if folder and _is_file(seen, there.sha, folder):
            return RedirectResponse(seen.to("blob", rev, folder), 303)
        raise
    return draw(
        "space/tree.html",
        visitor,
        seen,
        "files",
        at=there,
        menu=revision.menu(seen),
        folder=folder,
        crumbs=revision.crumbs(folder),
        rows=_rows(seen, there.sha, entries),
        above=folder.rpartition("/")[0] if folder else None,
        latest=_latest(seen, there.sha, folder),
        readme=readme.find(seen, there.sha, folder, rev) if p == 0 else None,
        shown_page=p,
        more=more,
    )


@router.get("/datasets/{owner}/{name}")
def dataset_page(visitor: Anybody, owner: Segment, name: Segment) -> Response:
    """Of a dataset there are the files alone."""
    return RedirectResponse(f"/datasets/{quote(owner)}/{quote(name)}/tree/main", 307)


# -- private


def _rows(seen: Seen, sha: str, entries: list[Entry]) -> list[Row]:
    touches = history.last_touched(seen.number, sha, {entry.path for entry in entries}, SECONDS) if entries else {}
    rows = [
        Row(entry.path.rpartition("/")[2], entry.path, entry, touches.get(entry.path), not rules.path_fault(entry.path))
        for entry in view.known(seen.number, entries)
    ]
    return sorted(rows, key=lambda row: (not row.is_folder, row.name.casefold()))


def _latest(seen: Seen, sha: str, folder: str) -> Any:
    rows = store.log(seen.number, sha, 1, path=folder)
    return rows[0] if rows else None


def _is_file(seen: Seen, sha: str, path: str) -> bool:
    try:
        listing.find_file(seen.number, sha, path)
    except EntryNotFound:
        return False
    return True
