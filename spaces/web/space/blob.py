"""One file, as far as it can be shown: code in colors, a README as it will look, pictures, sounds and films; else how to get it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from starlette.responses import Response

from spaces.access import Permission
from spaces.api.deps import FilePath, Segment
from spaces.errors import EntryNotFound
from spaces.repos import listing, store
from spaces.repos.lfs import view
from spaces.repos.lfs.pointer import Large
from spaces.web.render import PageRoute
from spaces.web.space import highlight, readme, revision
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Seen, every_kind, look
from spaces.web.space.raw import FILMS, PICTURES, SOUNDS
from spaces.web.visitors import Anybody

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SHOWN = 1_000_000
"""Bytes of a file that is shown as text; a longer one is offered for download."""
EDITED = 1_000_000
"""And of one that is edited in the browser."""
ROWS, COLUMNS = 300, 50
"""Of a table."""

Kind = Literal["text", "markdown", "table", "picture", "sound", "film", "binary", "long"]


@dataclass(frozen=True)
class Shown:
    """A file, and what of it the page shows."""

    kind: Kind
    size: int
    large: Large | None = None
    link: bool = False
    lines: list[Markup] = field(default_factory=list)
    html: Markup | None = None
    table: list[list[str]] = field(default_factory=list)
    cut: bool = False

    @property
    def editable(self) -> bool:
        return self.kind in ("text", "markdown", "table") and not self.large and not self.link and self.size <= EDITED


@every_kind(router, "/blob/{rev}/{path:path}")
def file_page(
    visitor: Anybody, asked: Asked, rev: Segment, path: FilePath, plain: bool = False, done: str = ""
) -> Response:
    """`plain`: the text of what is otherwise rendered."""
    seen = look(visitor, asked, Permission.READ)
    there = revision.at(seen, rev)
    try:
        shown = read(seen, there.commit, path, rev, plain)
    except EntryNotFound:
        if _is_folder(seen, there.commit, path):
            return RedirectResponse(seen.to("tree", rev, path.strip("/")), 303)
        raise
    latest = store.log(seen.number, there.commit, 1, path=path)
    return draw(
        "space/blob.html",
        visitor,
        seen,
        "files",
        at=there,
        menu=revision.menu(seen),
        path=path,
        crumbs=revision.crumbs(path),
        file=shown,
        latest=latest[0] if latest else None,
        done=done if done.isalnum() else "",
    )


def read(seen: Seen, sha: str, path: str, rev: str, as_text: bool = False) -> Shown:
    """What there is to show of the file at `path`. Raises EntryNotFound."""
    blob = listing.find_file(seen.number, sha, path)
    (entry,) = listing.find(seen.number, sha, [path])
    large = view.of(seen.number, blob)
    size = large.size if large else blob.size
    ending = PurePosixPath(path).suffix[1:].lower()
    if not entry.is_link:
        for kind, endings in _MEDIA.items():
            if ending in endings:
                return Shown(kind, size, large)
    if large:
        return Shown("binary", size, large)
    if size > SHOWN:
        return Shown("long", size)
    content = b"".join(listing.stream(seen.number, blob, 0, blob.size))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        return Shown("binary", size, link=entry.is_link)
    if ending in ("md", "markdown") and not as_text and size <= readme.LIMIT:
        base = readme.Base(seen, rev, path.rpartition("/")[0])
        return Shown("markdown", size, html=readme.render(text, base), lines=[Markup()])
    if ending in ("csv", "tsv") and not as_text and (table := _table(text, "\t" if ending == "tsv" else ",")):
        return Shown("table", size, table=table, cut=len(table) > ROWS)
    return Shown("text", size, link=entry.is_link, lines=highlight.lines(text, highlight.language_of(path)))


# -- private

_MEDIA: dict[Kind, dict[str, str]] = {"picture": PICTURES, "sound": SOUNDS, "film": FILMS}


def _table(text: str, separator: str) -> list[list[str]]:
    """The first rows; none where it is no table."""
    made: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            made.append([cell[:500] for cell in row[:COLUMNS]])
            if len(made) > ROWS:
                break
    except csv.Error:
        return []
    return made


def _is_folder(seen: Seen, sha: str, path: str) -> bool:
    return any(entry.kind == "tree" for entry in listing.find(seen.number, sha, [path.strip("/")]))
