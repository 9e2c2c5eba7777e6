"""Tab: what was built of which commit, by whom, how long that took, and the way back to an earlier revision."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, RedirectResponse
from sqlmodel import Session, col, select
from starlette.responses import Response

from spaces import actions, builds, db
from spaces.access import Permission, access_space
from spaces.errors import BadRequest, Conflict, DemodockError, NotFound
from spaces.models import Build, Revision, Space
from spaces.repos import store
from spaces.web import built
from spaces.web.render import PageRoute, complaint
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, Seen, look
from spaces.web.visitors import Form, PersonalForm, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 30
COMMITS = 500
"""Commits of the default branch whose messages are looked for."""


@dataclass(frozen=True)
class Row:
    """A build, and what came of it."""

    build: Build
    title: str
    """The commit's; empty where no branch holds it any more."""
    revision: Revision | None
    serves: bool
    comes: bool
    """It takes over as soon as it answers."""
    same_image: bool = False
    """An earlier build had made the very image."""
    reused: int = 0
    layers: int = 0
    """Layers the image stands on, and how many of them an earlier build had made."""

    @property
    def seconds(self) -> float | None:
        return built.seconds(self.build)

    @property
    def tone(self) -> str:
        return built.tone(self.build)


@router.get("/spaces/{owner}/{name}/revisions")
def revisions_page(
    visitor: SignedIn, asked: Asked, before: Annotated[int | None, Query(ge=1)] = None, done: str = ""
) -> Response:
    return _page(visitor, asked, before, done=done if done in ACTS else "")


@router.post("/spaces/{owner}/{name}/revisions")
def act(form: PersonalForm, asked: Asked) -> Response:
    do = form.text("do")
    try:
        if do not in ACTS:
            raise BadRequest("There is no such form.", hint="Load the page again.")
        ACTS[do](form, asked)
    except DemodockError as error:
        return _page(form.visitor, asked, None, error.status, error=complaint(error, form.visitor, "revisions"))
    return RedirectResponse(f"{look(form.visitor, asked, Permission.INSPECT).path}/revisions?done={do}", 303)


@router.get("/spaces/{owner}/{name}/revisions/{number}/dependencies")
def dependencies(visitor: SignedIn, asked: Asked, number: int) -> PlainTextResponse:
    """What was installed, `name==version` a line: a requirements file that builds the same again."""
    seen = look(visitor, asked, Permission.INSPECT)
    with db.reading() as session:
        revision = session.get(Revision, number)
    if revision is None or revision.space_id != seen.number:
        raise NotFound("There is no such revision.")
    return PlainTextResponse(revision.dependencies, headers={"Content-Security-Policy": "sandbox"})


# -- private


def _page(visitor: Visitor, asked: Place, before: int | None, status: int = 200, **values: object) -> Response:
    seen = look(visitor, asked, Permission.INSPECT)
    with db.reading() as session:
        own = select(Build).where(Build.space_id == seen.number).order_by(col(Build.number).desc())
        if before is not None:
            own = own.where(col(Build.number) < before)
        found = session.exec(own.limit(PAGE + 1)).all()
        rows = _rows(session, seen, found)
    more = found[PAGE - 1].number if len(found) > PAGE else None
    return draw("space/revisions.html", visitor, seen, "revisions", status, rows=rows[:PAGE], more=more, **values)


def _rows(session: Session, seen: Seen, found: Sequence[Build]) -> list[Row]:
    space = session.get_one(Space, seen.number)
    titles = _titles(space)
    made = session.exec(select(Revision).where(Revision.space_id == space.id).order_by(col(Revision.id))).all()
    layers: set[str] = set()
    images: set[str] = set()
    counts: dict[int | None, tuple[bool, int, int]] = {}
    for revision in made:
        own = set(json.loads(revision.layers))
        counts[revision.id] = (revision.image in images, len(own & layers), len(own))
        layers |= own
        images |= {revision.image} - {""}
    by_id = {revision.id: revision for revision in made}
    rows = []
    for build in found:
        revision = by_id.get(build.revision_id)
        number = revision.id if revision else None
        serves, comes = (
            number is not None and number == space.revision_id,
            number is not None and number == space.next_revision_id,
        )
        rows.append(
            Row(build, titles.get(build.commit, ""), revision, serves, comes, *counts.get(number, (False, 0, 0)))
        )
    return rows


def _titles(space: Space) -> dict[str, str]:
    with contextlib.suppress(NotFound):  # nothing was pushed, or all of it was replaced just now
        if space.head:
            return {commit.sha: commit.title for commit in store.log(space.id or 0, space.head, COMMITS)}
    return {}


def _roll_back(form: Form, asked: Place) -> None:
    number = form.number("revision")
    with db.writing() as session:
        space = access_space(session, form.actor, asked.owner, asked.name, Permission.WRITE)
        actions.rollback(session, space, form.actor, number)


def _cancel(form: Form, asked: Place) -> None:
    number = form.number("build")
    with db.reading() as session:
        space = access_space(session, form.actor, asked.owner, asked.name, Permission.WRITE)
        own = select(Build.id).where(Build.space_id == space.id, Build.number == number)
        build = session.exec(own).one_or_none()
    if build is None or not builds.cancel(build, form.actor.name):
        raise Conflict(f"Build {number} has ended already.", code="build_ended")


ACTS = {"rollback": _roll_back, "cancel": _cancel}
