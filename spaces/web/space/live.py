"""What changes on a Space's page while it is shown, as server-sent events with pieces of the page.

`status` is the stage in the header, `notice` what to know and to do about it, `area` the place of the app. Each comes when it
shows something else than before, and all of them at first: the page may be older than the stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from spaces import db
from spaces.access import Permission
from spaces.api.deps import Segment
from spaces.api.streams import stream
from spaces.errors import DemodockError
from spaces.models import RepoKind
from spaces.web import events
from spaces.web.render import PageRoute, draw
from spaces.web.space import app, plain
from spaces.web.space.place import Place, Seen, look
from spaces.web.space.standing import Standing, standing_of
from spaces.web.visitors import Visitor, visitor_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LOOK, REST = 1.0, 15.0
"""Seconds after which a Space is looked at though no event told of it: while something goes on, whose log grows, and else."""

Piece = tuple[str, str, str]
"""The event's name, a mark that changes with what it shows, and the HTML."""


@router.get("/spaces/{owner}/{name}/live", response_class=EventSourceResponse)
def live(request: Request, owner: Segment, name: Segment, on_app: bool = False) -> EventSourceResponse:
    """`on_app`: the page is the app's, where what there is to know stands in the place of the app."""
    visitor, place = visitor_of(request), Place(RepoKind.SPACE, owner, name)
    seen = look(visitor, place, Permission.VISIT)
    return stream(_pieces(visitor, seen, on_app), _may_still(request, place))


# -- private


async def _pieces(visitor: Visitor, seen: Seen, on_app: bool) -> AsyncGenerator[ServerSentEvent, None]:
    told: dict[str, str] = {}
    async with events.watch.listen() as changes:
        while True:
            standing, pieces = await asyncio.to_thread(_draw, visitor, seen, on_app, told)
            for event, mark, text in pieces:
                told[event] = mark
                yield ServerSentEvent(text, event=event)
            await events.watch.of(seen.number, changes, LOOK if standing.under_way else REST)


def _draw(visitor: Visitor, seen: Seen, on_app: bool, told: dict[str, str]) -> tuple[Standing, list[Piece]]:
    """How it stands, and the pieces that are not what they were."""
    with db.reading() as session:
        standing = standing_of(session, seen)
    values = {"seen": seen, "standing": standing, "plain": plain, "on_app": on_app}
    made: list[Piece] = []
    if told.get("status") != standing.mark:
        made.append(("status", standing.mark, draw("space/status.html", visitor.language, **values)))
        made.append(("notice", standing.mark, draw("space/notice.html", visitor.language, **values)))
    if on_app and told.get("area") != standing.area:
        values |= app.area(visitor, seen, standing)
        made.append(("area", standing.area, draw("space/area.html", visitor.language, **values)))
    return standing, made


def _may_still(request: Request, place: Place) -> Callable[[], bool]:
    """Asks anew, with the browser's session as it is by now."""

    def allowed() -> bool:
        try:
            look(visitor_of(request), place, Permission.VISIT)
        except DemodockError:
            return False
        return True

    return allowed
