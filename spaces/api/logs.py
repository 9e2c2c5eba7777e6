"""Build and run logs, and events, as streams: what there is first, then what comes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sqlmodel import col, select
from sse_starlette import EventSourceResponse, ServerSentEvent

from spaces import db, logs
from spaces.access import Permission, access_space, permission_on
from spaces.api.deps import Caller, Segment
from spaces.api.streams import may_still, stream
from spaces.errors import NotFound
from spaces.hub import wire
from spaces.models import Build, Event, Space

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["logs"])

POLL = 0.5


class Kind(StrEnum):
    BUILD = "build"
    RUN = "run"


@router.get("/logs/{kind}", response_class=EventSourceResponse)
def read_log(
    request: Request,
    owner: Segment,
    name: Segment,
    kind: Kind,
    actor: Caller,
    tail: Annotated[int | None, Query(ge=0)] = None,
    follow: bool = True,
    build: int | None = None,
) -> EventSourceResponse:
    """`data: {"data": "text\\n", "timestamp": "..."}` per line. A build's stream ends with it; a run log's with its reader."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        if build is not None and _find_build(session, space, build) is None:
            raise NotFound(f"There is no build {build}.", hint="`demodock status` lists the builds.")
    assert space.id is not None
    if kind == Kind.RUN:
        source = _lines(logs.run_log(space.id), tail, lambda: not follow)
    else:
        source = _build_lines(space.id, build, tail, follow)
    return stream(source, may_still(request, owner, name, Permission.INSPECT))


@router.get("/events", response_class=EventSourceResponse)
def read_events(
    request: Request,
    owner: Segment,
    name: Segment,
    actor: Caller,
    follow: bool = True,
    tail: Annotated[int, Query(ge=0, le=1000)] = 100,
    last_event_id: Annotated[int | None, Header()] = None,
) -> EventSourceResponse:
    """Stage changes: was, now, reason, actor. Reconnecting with `Last-Event-ID` goes on where it was."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.VISIT)
        inspects = (permission_on(session, actor, space) or 0) >= Permission.INSPECT
    source = _events(space.id or 0, inspects, tail, last_event_id, follow)
    return stream(source, may_still(request, owner, name, Permission.VISIT))


# -- private --------------------------------------------------------------------------------------


async def _lines(path, tail: int | None, ended: Callable[[], bool]) -> AsyncGenerator[ServerSentEvent, None]:  # type: ignore[no-untyped-def]
    async for line in logs.follow(path, tail, ended):
        yield ServerSentEvent(json.dumps({"data": line.text + "\n", "timestamp": wire.when(line.at)}))


async def _build_lines(
    space_id: int, number: int | None, tail: int | None, follow: bool
) -> AsyncGenerator[ServerSentEvent, None]:
    """The named build's lines, else the newest one's, waited for where there is none yet."""

    def find() -> Build | None:
        with db.reading() as session:
            space = session.get(Space, space_id)
            return _find_build(session, space, number) if space else None

    while (build := await asyncio.to_thread(find)) is None and follow:
        await asyncio.sleep(POLL)
    if build is None:
        return
    number = build.number

    def ended() -> bool:
        present = find()
        return not follow or present is None or present.status.final

    async for event in _lines(logs.build_log(space_id, number), tail, ended):
        yield event


async def _events(
    space_id: int, inspects: bool, tail: int, after: int | None, follow: bool
) -> AsyncGenerator[ServerSentEvent, None]:
    def further(after: int | None) -> list[Event]:
        with db.reading() as session:
            own = select(Event).where(Event.space_id == space_id)
            if after is None:
                return list(session.exec(own.order_by(col(Event.id).desc()).limit(tail)))[::-1]
            return list(session.exec(own.where(col(Event.id) > after).order_by(col(Event.id))))

    while True:
        rows = await asyncio.to_thread(further, after)
        for row in rows:
            yield ServerSentEvent(json.dumps(wire.event(row, inspects)), event="stage", id=str(row.id))
        after = rows[-1].id if rows else after or 0
        if not follow:
            return
        await asyncio.sleep(POLL)


def _find_build(session, space: Space, number: int | None) -> Build | None:  # type: ignore[no-untyped-def]
    own = select(Build).where(Build.space_id == space.id)
    if number is not None:
        own = own.where(Build.number == number)
    return session.exec(own.order_by(col(Build.number).desc()).limit(1)).first()
