"""Deploying and stopping a Studio, and reading what it prints, page by page."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from sqlmodel import Session, col, func, select

from spaces import actions, db, logs
from spaces.access import Permission, access_space
from spaces.api.deps import Segment
from spaces.engines.base import LogLine
from spaces.models import Build, Space
from spaces.modelscope import wire
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import OpenRoute, done

router = APIRouter(prefix="/openapi/v1/studios/{owner}/{name}", tags=["studios"], route_class=OpenRoute)

LONGEST_PAGE = 500


@router.post("/deploy")
def deploy_studio(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Builds its newest commit with its settings of now, and starts it, also where it was stopped."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        actions.redeploy(session, space, actor)
        return done(wire.runtime(space))


@router.post("/stop")
def stop_studio(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Stopped until it is deployed again; visits do not wake it."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        actions.pause(session, space, actor)
        return done(wire.runtime(space))


@router.get("/logs/{kind}")
def read_log(
    owner: Segment,
    name: Segment,
    kind: Literal["run", "build"],
    actor: Caller,
    page_num: Annotated[int, Query(ge=1)] = 1,
    page_size: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 100,
    keyword: Annotated[str | None, Query(max_length=1000)] = None,
    start_timestamp: int | None = None,
    end_timestamp: int | None = None,
) -> dict[str, Any]:
    """What the app printed, or the newest build's log; oldest lines first. Times are seconds or milliseconds."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        path = _log(session, space, kind)
    wanted = _Wanted(keyword, _milliseconds(start_timestamp), _milliseconds(end_timestamp))
    found, count = cut(filter(wanted, logs.read(path)), page_num, page_size)
    return done(
        {
            "logs": wire.lines(found),
            "page_num": page_num,
            "page_size": page_size,
            "total_count": count,
            "total_page_num": -(-count // page_size),
        }
    )


def cut(lines: Iterable[LogLine], number: int, size: int) -> tuple[list[LogLine], int]:
    """The `number`th page of `size` lines, counted from 1, and how many lines there are; never holds more than a page."""
    page: deque[LogLine] = deque(maxlen=size)
    count = 0
    for count, line in enumerate(lines, 1):
        if count <= number * size:
            page.append(line)
    held = max(0, min(count, number * size) - (number - 1) * size)
    return list(page)[len(page) - held :], count


# -- private --------------------------------------------------------------------------------------

_SECONDS = 100_000_000_000
"""Below it a time is in seconds: in milliseconds it would be in 1973."""


class _Wanted:
    """Which lines were asked for."""

    def __init__(self, keyword: str | None, start: int | None, end: int | None) -> None:
        self._keyword, self._start, self._end = (keyword or "").lower(), start, end

    def __call__(self, line: LogLine) -> bool:
        at = wire.moment(line)
        return (
            self._keyword in line.text.lower()
            and (self._start is None or at >= self._start)
            and (self._end is None or at <= self._end)
        )


def _milliseconds(time: int | None) -> int | None:
    return time * 1000 if time is not None and abs(time) < _SECONDS else time


def _log(session: Session, space: Space, kind: str) -> Path:
    assert space.id is not None
    if kind == "run":
        return logs.run_log(space.id)
    newest = session.exec(select(func.max(col(Build.number))).where(Build.space_id == space.id)).one()
    return logs.build_log(space.id, newest or 0)
