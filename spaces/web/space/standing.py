"""How a Space stands, for its page: read anew each time somebody looks, and told live while they do.

Everything here is what the visitor may know: others than its people see no reason and no log.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from spaces import logs
from spaces.gpus import queue
from spaces.lifecycle import BuildStatus, Phase, Reason, Stage
from spaces.models import Build, GpuRequest, Revision, Space
from spaces.models.types import now
from spaces.web import ansi, stages
from spaces.web.space.place import Seen
from spaces.web.space.steps import Step, next_steps

LOG_LINES, LOG_WIDTH = 8, 300
UNDER_WAY = (Stage.BUILDING, Stage.APP_STARTING, Stage.RUNNING_BUILDING, Stage.RUNNING_APP_STARTING)


@dataclass(frozen=True)
class Standing:
    stage: Stage
    phase: Phase
    since: dt.datetime
    """When what goes on now began."""
    expected: float | None = None
    """Seconds that it took last time."""
    reason: Reason | None = None
    log: list[str] = field(default_factory=list)
    """The last lines of the build, while one runs and after it failed."""
    build: int | None = None
    revision: int | None = None
    steps: list[Step] = field(default_factory=list)
    request: GpuRequest | None = None
    """Where it stands in the queue, while it waits for a GPU."""

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY

    @property
    def elapsed(self) -> int:
        """Whole seconds that what goes on now took so far."""
        return max(0, math.floor((now() - self.since).total_seconds()))

    @property
    def share(self) -> float | None:
        """How full, of 100, the progress is drawn; `space.js` goes on from there. Nothing where none took that long before."""
        return round(100 * (1 - math.exp(-1.1 * self.elapsed / self.expected)), 1) if self.expected else None

    @property
    def opens(self) -> bool:
        """Whoever goes to the app now gets it, or wakes it."""
        return self.stage.serving or self.stage.wakeable

    @property
    def look(self) -> stages.Look:
        return stages.look(self.stage, self.phase)

    @property
    def tells(self) -> bool:
        """There is something to know, or to do, on every tab."""
        return not self.opens or (self.reason is not None and self.reason.code not in _NO_NEWS)

    @property
    def mark(self) -> str:
        """Another one: something to tell has changed."""
        place = self.request and (self.request.place, self.request.line, self.request.estimate, self.request.waits)
        told = (self.stage, self.phase, self.since, self.reason, self.log, self.build, self.revision, place)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def area(self) -> str:
        """Another one: the place of the app shows something else. An app that is there is left alone."""
        return "app" if self.opens else self.mark


def standing_of(session: Session, seen: Seen) -> Standing:
    """How the Space stands now."""
    space = session.get_one(Space, seen.number)
    building = space.stage in (Stage.BUILDING, Stage.RUNNING_BUILDING)
    build = _newest(session, space)
    since, expected = space.stage_at, None
    if building and build:
        since, expected = build.started_at or build.created_at, _last_duration(session, space)
    elif space.stage in (Stage.APP_STARTING, Stage.RUNNING_APP_STARTING):
        revision = session.get(Revision, space.next_revision_id or space.revision_id or 0)
        expected = revision.start_seconds if revision else None
    return Standing(
        stage=space.stage,
        phase=space.phase,
        since=since,
        expected=expected,
        reason=space.reason if seen.reads else None,
        log=_log(space, build) if seen.inspects and (building or space.stage == Stage.BUILD_ERROR) else [],
        build=build.number if build and seen.inspects else None,
        revision=space.revision_id,
        steps=next_steps(space.stage, seen.power, space.sdk == "static"),
        request=queue.of(session, space.id) if space.phase == Phase.WAITING_FOR_GPU else None,
    )


# -- private

_NO_NEWS = frozenset({"asleep", "idle", "visit"})
"""Reasons of what is as it should be."""


def _newest(session: Session, space: Space) -> Build | None:
    own = select(Build).where(Build.space_id == space.id)
    return session.exec(own.order_by(col(Build.number).desc()).limit(1)).first()


def _last_duration(session: Session, space: Space) -> float | None:
    done = select(Build).where(Build.space_id == space.id, Build.status == BuildStatus.SUCCEEDED)
    last = session.exec(done.order_by(col(Build.number).desc()).limit(1)).first()
    if last is None or last.started_at is None or last.finished_at is None:
        return None
    return (last.finished_at - last.started_at).total_seconds()


def _log(space: Space, build: Build | None) -> list[str]:
    if build is None or space.id is None:
        return []
    lines = [ansi.plain(entry.text) for entry in logs.recent(logs.build_log(space.id, build.number), 2 * LOG_LINES)]
    if space.stage == Stage.BUILD_ERROR:  # the builder's own last words are the reason, which stands above the log
        lines = [line for line in lines if not line.startswith("== ")]
    return [line[:LOG_WIDTH] for line in lines[-LOG_LINES:]]
