"""Tab: what the Space's builds and its instances printed. Its last lines without a script; live, paused and filtered with one."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from sqlmodel import col, select
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from spaces import db, logs
from spaces.access import Permission
from spaces.api.logs import Kind
from spaces.api.streams import stream
from spaces.errors import DemodockError
from spaces.hub import wire
from spaces.lifecycle import BuildStatus, Stage
from spaces.models import Build
from spaces.web.render import PageRoute
from spaces.web.space.frame import draw
from spaces.web.space.log_lines import Found, Placed, Places, after, search
from spaces.web.space.place import Asked, Place, Seen, look
from spaces.web.visitors import SignedIn, visitor_of

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LINES = (500, 2000, 5000)
"""How many a page may show."""
LIVE = 1000
"""At most so many of those that came at once are passed on."""
LONGEST_SEARCH = 200
BUILDS = 50
"""Earlier ones that can be chosen."""


@dataclass(frozen=True)
class Pane:
    """One log on the page."""

    kind: Kind
    build: int | None
    lines: list[Placed]
    found: Found | None
    goes_on: bool
    """Lines may still come."""

    @property
    def last(self) -> str:
        return self.lines[-1].place if self.lines else ""


@router.get("/spaces/{owner}/{name}/logs")
def logs_page(
    visitor: SignedIn,
    asked: Asked,
    show: str = "",
    build: str = "",
    q: Annotated[str, Query(max_length=2000)] = "",
    lines: str = "",
) -> Response:
    seen = look(visitor, asked, Permission.INSPECT)
    builds = _builds(seen)
    chosen = next((row for row in builds if str(row.number) == build), None) or (builds[0] if builds else None)
    if show not in ("run", "build", "both"):
        show = "build" if build or seen.space.stage in _UNBUILT else "run"
    text = q.strip()[:LONGEST_SEARCH]
    most = int(lines) if lines in map(str, LINES) else LINES[0]
    kinds = [Kind.BUILD, Kind.RUN] if show == "both" else [Kind(show)]
    panes = [_pane(seen, kind, chosen, text, most) for kind in kinds]
    more = next((number for number in LINES if number > most), None)
    values = {"show": show, "builds": builds, "chosen": chosen, "q": text, "panes": panes, "most": most, "more": more}
    return draw("space/logs.html", visitor, seen, "logs", **values)


@router.get("/spaces/{owner}/{name}/logs/live", response_class=EventSourceResponse)
def live_log(
    request: Request,
    asked: Asked,
    kind: Kind,
    build: Annotated[int, Query(ge=1)] = 1,
    behind: str = "",
    last_event_id: Annotated[str, Header()] = "",
) -> EventSourceResponse:
    """`{"lines": [[place, time, stream, [[text, style]...]]...], "skipped": 0}` at a time: the lines behind the place."""
    seen = look(visitor_of(request), asked, Permission.INSPECT)
    path = _path(seen, kind, build)
    ended = (lambda: False) if kind == Kind.RUN else (lambda: _is_over(seen, build))
    return stream(_told(path, (last_event_id or behind)[:100], ended), _may_still(request, asked))


@router.get("/spaces/{owner}/{name}/logs/download")
def download_log(
    visitor: SignedIn, asked: Asked, kind: Kind, build: Annotated[int, Query(ge=1)] = 1
) -> StreamingResponse:
    """Every line that is kept, as it was printed."""
    seen = look(visitor, asked, Permission.INSPECT)
    name = f"{seen.name}-build-{build}.log" if kind == Kind.BUILD else f"{seen.name}.log"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox"}
    return StreamingResponse(_texts(_path(seen, kind, build)), headers=headers, media_type="text/plain; charset=utf-8")


# -- private

_UNBUILT = (Stage.BUILDING, Stage.BUILD_ERROR, Stage.CONFIG_ERROR, Stage.NO_APP_FILE)


def _pane(seen: Seen, kind: Kind, build: Build | None, text: str, most: int) -> Pane:
    number = build.number if build and kind == Kind.BUILD else None
    path = _path(seen, kind, number or 0)
    goes_on = kind == Kind.RUN or bool(build and not build.status.final)
    if text:
        found = search(logs.read(path), text)
        return Pane(kind, number, found.lines, found, goes_on=False)
    recent = logs.recent(path, most, logs.PAGE_BYTES)
    return Pane(kind, number, list(Places().of(recent)), None, goes_on)


def _builds(seen: Seen) -> list[Build]:
    with db.reading() as session:
        own = select(Build).where(Build.space_id == seen.number).order_by(col(Build.number).desc())
        return list(session.exec(own.limit(BUILDS)))


def _path(seen: Seen, kind: Kind, build: int) -> Path:
    return logs.run_log(seen.number) if kind == Kind.RUN else logs.build_log(seen.number, build)


def _is_over(seen: Seen, number: int) -> bool:
    with db.reading() as session:
        own = select(Build.status).where(Build.space_id == seen.number, Build.number == number)
        status: BuildStatus | None = session.exec(own).one_or_none()
    return status is None or status.final


async def _told(path: Path, behind: str, ended: Callable[[], bool]) -> AsyncGenerator[ServerSentEvent, None]:
    places = Places()
    async for batch in logs.follow_batches(path, ended=ended):
        if fresh := list(after(places.of(batch), behind)):
            shown = [
                [one.place, wire.when(one.line.at), one.line.stream, [list(piece) for piece in one.pieces]]
                for one in fresh[-LIVE:]
            ]
            data = json.dumps({"lines": shown, "skipped": len(fresh) - len(shown)})
            yield ServerSentEvent(data, event="lines", id=fresh[-1].place)
    yield ServerSentEvent("{}", event="over")


def _texts(path: Path) -> Iterator[bytes]:
    for line in logs.read(path):
        yield f"{wire.when(line.at)} {line.text}\n".encode(errors="replace")


def _may_still(request: Request, asked: Place) -> Callable[[], bool]:
    """Asks anew, with the browser's session as it is by now."""

    def allowed() -> bool:
        try:
            look(visitor_of(request), asked, Permission.INSPECT)
        except DemodockError:
            return False
        return True

    return allowed
