"""The history of a repository, of a folder or of a file, and what one commit changed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from spaces.access import Permission
from spaces.api.deps import FilePath, Segment
from spaces.errors import RevisionNotFound
from spaces.repos import diff, store
from spaces.web.render import PageRoute
from spaces.web.space import revision
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, every_kind, look
from spaces.web.visitors import Anybody

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 50


@every_kind(router, "/commits/{rev}")
def history_page(
    visitor: Anybody, asked: Asked, rev: Segment, p: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    return history_of(visitor, asked, rev, "", p)


@every_kind(router, "/commits/{rev}/{path:path}")
def history_of(
    visitor: Anybody, asked: Asked, rev: Segment, path: FilePath, p: Annotated[int, Query(ge=0, le=100_000)] = 0
) -> Response:
    """Renames are not followed: a file's history begins where it got its name."""
    seen = look(visitor, asked, Permission.READ)
    there, path = revision.at(seen, rev), path.strip("/")
    rows = store.log(seen.number, there.commit, PAGE + 1, p * PAGE, path)
    return draw(
        "space/commits.html",
        visitor,
        seen,
        "files",
        at=there,
        menu=revision.menu(seen),
        path=path,
        crumbs=revision.crumbs(path),
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        shown_page=p,
    )


@every_kind(router, "/commit/{sha}")
def commit_page(visitor: Anybody, asked: Asked, sha: Segment, pull: int | None = None) -> Response:
    seen = look(visitor, asked, Permission.READ)
    there = revision.at(seen, sha)
    rows = store.log(seen.number, there.commit, 1)
    if not rows:
        raise RevisionNotFound(f"There is no commit {sha[:100]!r}.")
    return draw(
        "space/commit.html",
        visitor,
        seen,
        "files",
        at=there,
        commit=rows[0],
        difference=diff.of_commit(seen.number, rows[0]),
        pull=pull,
    )
