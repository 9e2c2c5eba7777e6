"""What a repository holds at a revision: folders by pages, and single paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Form, Response

from spaces.access import Permission
from spaces.api.deps import Caller, FilePath, Kind, Segment, repository
from spaces.errors import BadRequest
from spaces.hub import repository as wire
from spaces.repos import history, listing, revisions
from spaces.repos.lfs import view
from spaces.repos.objects import Entry

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["files"])

PAGE = 1000
EXPANDED_PAGE = 50
"""Entries of a page that tells each one's last commit: history is walked for them."""


@dataclass
class Listing:
    """What a listing shows, and from where on."""

    recursive: bool = False
    expand: bool = False
    limit: int = PAGE
    cursor: str = "0"


Asked = Annotated[Listing, Depends()]


@router.get("/tree/{rev}")
def list_root(
    response: Response, kind: Kind, owner: Segment, name: Segment, rev: Segment, actor: Caller, asked: Asked
) -> list[dict[str, Any]]:
    """The root folder; `Link: <...>; rel="next"` leads on."""
    return list_folder(response, kind, owner, name, rev, "", actor, asked)


@router.get("/tree/{rev}/{path:path}")
def list_folder(
    response: Response,
    kind: Kind,
    owner: Segment,
    name: Segment,
    rev: Segment,
    path: FilePath,
    actor: Caller,
    asked: Asked,
) -> list[dict[str, Any]]:
    """A folder, with `recursive` all that lies below it. Pages hold together: the next one is of the same commit."""
    found = repository(actor, kind, owner, name, Permission.READ)
    sha, folder = revisions.commit_at(found.number, rev), path.strip("/")
    count, start = min(max(asked.limit, 1), EXPANDED_PAGE if asked.expand else PAGE), _read_cursor(asked.cursor)
    entries, more = listing.page(found.number, sha, folder, recursive=asked.recursive, start=start, count=count)
    if more:
        place = "/".join(["", "tree", sha, *([quote(folder, safe="")] if folder else [])])
        query = urlencode(
            {
                "recursive": str(asked.recursive).lower(),
                "expand": str(asked.expand).lower(),
                "limit": count,
                "cursor": start + count,
            }
        )
        response.headers["Link"] = f'<{found.api}{place}?{query}>; rel="next"'
    return _described(found.number, sha, entries, asked.expand)


@router.post("/paths-info/{rev}")
def describe_paths(
    kind: Kind,
    owner: Segment,
    name: Segment,
    rev: Segment,
    actor: Caller,
    paths: Annotated[list[str], Form(max_length=PAGE)],
    expand: Annotated[bool, Form()] = False,
) -> list[dict[str, Any]]:
    """What lies at each of `paths`; those that lead nowhere are left out."""
    found = repository(actor, kind, owner, name, Permission.READ)
    sha = revisions.commit_at(found.number, rev)
    entries = listing.find(found.number, sha, [path.removesuffix("/") for path in paths])
    return _described(found.number, sha, entries, expand)


# -- private


def _described(number: int, sha: str, entries: Sequence[Entry], expand: bool) -> list[dict[str, Any]]:
    touches = history.last_touched(number, sha, {entry.path for entry in entries}) if expand and entries else {}
    return [wire.entry(entry, touches.get(entry.path)) for entry in view.known(number, entries)]


def _read_cursor(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise BadRequest("No such page.", hint="Follow the Link header of the page before.")
    return int(cursor)
