"""Live stages for open pages: `/events/stages?space=OWNER/NAME&space=...` tells how each stands, then every change.

One look at the newest events, twice a second and only while somebody listens, serves every listener of the process. What a
listener may see is asked again every few seconds: signing out, or a Space that turns private, ends what they hear.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Sequence
from typing import Annotated

import structlog
from fastapi import APIRouter, Query, Request
from sqlalchemy import func, tuple_
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select
from sse_starlette import EventSourceResponse, ServerSentEvent

from spaces import db
from spaces.access import Actor, visible
from spaces.api import browsers
from spaces.api.streams import stream
from spaces.lifecycle import Intent, Phase, Stage
from spaces.models import Event, Owner, Space
from spaces.web import stages
from spaces.web.language import Language
from spaces.web.render import draw
from spaces.web.visitors import Anybody

log = structlog.get_logger()

router = APIRouter(include_in_schema=False)

SPACES = 100
"""Spaces that one page may listen to."""
EVERY = 0.5

Change = tuple[int, Stage, Phase]
"""A Space's id, and how it stands now."""


@router.get("/events/stages", response_class=EventSourceResponse)
def live_stages(
    request: Request, visitor: Anybody, space: Annotated[list[str], Query(max_length=SPACES)]
) -> EventSourceResponse:
    """Events `stage-ID` with the stage as pages draw it. What the visitor may not see is as if it were not there."""
    session = visitor.signed.session_id if visitor.signed else None
    heard = {number for number, _, _ in _standing(visitor.actor, space)}

    def allowed() -> bool:
        signed = browsers.signed_in(request.headers)
        same = (signed.session_id if signed else None) == session
        return same and heard == {number for number, _, _ in _standing(visitor.actor, space)}

    return stream(_told(visitor.actor, space, heard, visitor.language), allowed)


class Watch:
    """Looks at the newest events for everybody of this process who listens."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change]] = set()
        self._looking: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[asyncio.Queue[Change]]:
        """A queue of every change from now on."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look(await asyncio.to_thread(_newest)))
            yield queue
        finally:
            self._listeners.discard(queue)

    async def of(self, space_id: int, changes: asyncio.Queue[Change], seconds: float) -> None:
        """Returns at the next change of that Space, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while (await changes.get())[0] != space_id:
                    pass

    async def _look(self, last: int) -> None:
        while self._listeners:
            await asyncio.sleep(EVERY)
            try:
                for number, change in await asyncio.to_thread(_further, last):
                    last = number
                    for queue in self._listeners:
                        queue.put_nowait(change)
            except SQLAlchemyError as error:
                log.warning("live pages wait for the database", error=type(error).__name__)


# -- private


async def _told(
    actor: Actor, wanted: Sequence[str], heard: Collection[int], language: Language
) -> AsyncGenerator[ServerSentEvent, None]:
    async with watch.listen() as changes:
        for change in await asyncio.to_thread(_standing, actor, wanted):
            yield _event(change, language)
        while True:
            change = await changes.get()
            if change[0] in heard:
                yield _event(change, language)


def _event(change: Change, language: Language) -> ServerSentEvent:
    number, stage, phase = change
    drawn = draw("stage.html", language, look=stages.look(stage, phase)).strip()
    return ServerSentEvent(drawn, event=f"stage-{number}")


def _standing(actor: Actor, wanted: Iterable[str]) -> list[Change]:
    """Those of the Spaces that `actor` may see, in one question."""
    keys = [tuple(name.lower().split("/", 1)) for name in wanted if name.count("/") == 1]
    named = tuple_(col(Owner.name_key), col(Space.name_key)).in_(keys)
    seen = (col(Space.intent) != Intent.GONE, visible(actor, Space))
    with db.reading() as session:
        columns = select(Space.id, Space.stage, Space.phase).join(Owner, col(Owner.id) == Space.owner_id)
        return [tuple(row) for row in session.exec(columns.where(named, *seen))]  # type: ignore[misc]


def _newest() -> int:
    with db.reading() as session:
        return session.exec(select(func.max(Event.id))).one() or 0


def _further(last: int) -> list[tuple[int, Change]]:
    with db.reading() as session:
        rows = session.exec(select(Event).where(col(Event.id) > last).order_by(col(Event.id)))
        return [(row.id or 0, (row.space_id, row.now, row.phase)) for row in rows]


watch = Watch()
