"""Page: what is built, what waits for a builder and what was built lately, live; and what the layers take of their budget."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from spaces import audit, builds, db, layers
from spaces.errors import Conflict, NotFound
from spaces.lifecycle import BuildStatus
from spaces.models import Build, Owner, Space
from spaces.models.types import now
from spaces.moves import full_name
from spaces.quotas import periods
from spaces.settings import get_settings
from spaces.web import built
from spaces.web.admin.door import Admin, AdminForm, act, address, console, mark_of
from spaces.web.render import PageRoute, page
from spaces.web.space import plain
from spaces.web.visitors import Form, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PATH = address("builds")
ENDED = 30
"""Builds that have ended and are shown."""
ACTIVE = (BuildStatus.RUNNING, BuildStatus.QUEUED)


@dataclass(frozen=True)
class Row:
    """A build, and whose it is."""

    build: Build
    space: str

    @property
    def tone(self) -> str:
        return built.tone(self.build)

    @property
    def seconds(self) -> float | None:
        return built.seconds(self.build)


@router.get(PATH)
def builds_page(visitor: Admin, done: str = "") -> Response:
    return _page(visitor, done=done if done in ACTS else "")


@router.post(PATH)
def change(form: AdminForm) -> Response:
    return act(ACTS, form, PATH, _page)


@router.get(f"{PATH}/live")
def live(visitor: Admin, mark: str = "") -> Response:
    """The builds as they are now; nothing (204) where that is what the page shows already."""
    values = _look()
    return Response(status_code=204) if values["mark"] == mark else page("admin/building.html", visitor, **values)


# -- private --------------------------------------------------------------------------------------


def _cancel(form: Form) -> None:
    with db.reading() as session:
        build = session.get(Build, form.number("build"))
        if build is None:
            raise NotFound("There is no such build.", hint="Load the page again.")
        name = full_name(session, session.get_one(Space, build.space_id))
    if not builds.cancel(build.id or 0, form.actor.name):
        raise Conflict("The build has ended already.", hint="Load the page again.", code="build_ended")
    with db.writing() as session:
        audit.record(session, form.actor, "build.cancel", ("space", name), {"build": build.number})


ACTS = {"cancel": _cancel}


def _look() -> dict[str, object]:
    """All that is drawn."""
    with db.reading() as session:
        active = _rows(session, ACTIVE, None)
        ended = _rows(session, [status for status in BuildStatus if status.final], ENDED)
        today = _today(session)
    count = layers.last()
    seen = ([(row.space, row.build.model_dump(exclude={"lease_until"})) for row in active + ended], today, count)
    return {
        "active": active,
        "ended": ended,
        "today": today,
        "count": count,
        "budget": get_settings().cache_budget << 20,
        "plain": plain,
        "mark": mark_of(seen),
    }


def _rows(session: Session, statuses: list[BuildStatus] | tuple[BuildStatus, ...], most: int | None) -> list[Row]:
    """Newest first; of those that have not ended the running ones first, then in the order in which they are built."""
    rows = (
        select(Build, Space, Owner)
        .join(Space, col(Space.id) == Build.space_id)
        .join(Owner, col(Owner.id) == Space.owner_id)
        .where(col(Build.status).in_(statuses))
    )
    if most is None:
        rows = rows.order_by(col(Build.started_at).is_(None), col(Build.id))
    else:
        rows = rows.order_by(col(Build.finished_at).desc(), col(Build.id).desc()).limit(most)
    return [Row(build, f"{owner.name}/{space.name}") for build, space, owner in session.exec(rows)]


def _today(session: Session) -> dict[str, int]:
    """Builds that ended since midnight, UTC, by how."""
    since = periods.start_of(periods.day_of(now()))
    counts = select(Build.status, func.count()).where(col(Build.finished_at) >= since).group_by(col(Build.status))
    found = dict(session.exec(counts).all())
    return {status.value: found.get(status, 0) for status in (BuildStatus.SUCCEEDED, BuildStatus.FAILED)}


def _page(visitor: Visitor, status: int = 200, **values: object) -> Response:
    return console("builds", visitor, status, **_look() | values)
