"""The ledger of builds: who may build what, which attempt counts, and which result is published.

`attempt` fences. A worker claims a build (attempt + 1, a lease), and each later write of its says `WHERE attempt = mine AND
status = running`: one that was thought dead, was superseded or was cancelled changes nothing any more.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import structlog
from pydantic import BaseModel
from sqlalchemy import event as sql_event
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from spaces import db, jobs
from spaces.card import SpaceConfig
from spaces.errors import Conflict
from spaces.lifecycle import BuildStatus, InstanceStatus, Intent, Phase, Reason, Stage
from spaces.models import Build, Event, Instance, Revision, Space
from spaces.models.types import now
from spaces.moves import move
from spaces.quotas import gate
from spaces.settings import get_settings

LEASE_SECONDS = 30
"""How long a worker may be silent before its build goes to another; it renews three times as often."""
ATTEMPTS = 5
"""Attempts at one build where the platform itself failed."""

_ACTIVE = (BuildStatus.QUEUED, BuildStatus.RUNNING)
_RESTING = (Stage.SLEEPING, Stage.STOPPED)
_STAGE_OF_CODE = {"no_app_file": Stage.NO_APP_FILE, "config_error": Stage.CONFIG_ERROR}

log = structlog.get_logger()


class Claim(BaseModel, frozen=True):
    """The right to work on one attempt at a build."""

    build_id: int
    attempt: int
    space_id: int
    number: int
    commit: str
    factory: bool


class RevisionDraft(BaseModel, frozen=True):
    """What a build made. `image` is empty for a static Space: its files lie in the folder `static` until published."""

    config: SpaceConfig
    image: str = ""
    static: Path | None = None
    command: tuple[str, ...] = ()
    dependencies: str = ""
    layers: tuple[str, ...] = ()
    preload: str = ""


def log_path(space_id: int, number: int) -> Path:
    """Where a build's log lies."""
    return get_settings().path("logs", "builds", str(space_id), f"{number}.log")


def static_path(space_id: int, revision_id: int) -> Path:
    """The folder with a static revision's files; the card's `app_file` is a path in it, and its folder is what is served."""
    return get_settings().path("static", str(space_id), str(revision_id))


def request_build(
    session: Session, space: Space, commit: str, actor: str, factory: bool = False, again: bool = False
) -> Build:
    """Makes sure that `commit` is the Space's newest build, and returns it; `session` is the caller's `db.writing()`.

    Asking again for the newest commit is the same build, unless that one failed, or a `factory` rebuild (without cached
    layers) is asked for, or one done `again`: with what was set since. Older builds that still wait or run are superseded. Builders are told after commit."""
    # PostgreSQL: one request per Space at a time; SQLite's writers are alone anyway.
    session.exec(select(Space.id).where(Space.id == space.id).with_for_update()).one()
    if space.stage == Stage.DELETING or space.intent == Intent.GONE:
        raise Conflict("The Space is being deleted.", hint="Nothing more is built for it.")
    newest = session.exec(
        select(Build).where(Build.space_id == space.id).order_by(col(Build.number).desc()).limit(1)
    ).first()
    if newest and newest.commit == commit and _stands(newest, factory, space.changed_at if again else None):
        return newest
    superseded = Reason(code="superseded", message=f"Replaced by a build of {commit[:8]}.", actor=actor)
    for older in session.exec(select(Build).where(Build.space_id == space.id, col(Build.status).in_(_ACTIVE))):
        _finish(session, older, BuildStatus.SUPERSEDED, superseded)
    session.refresh(space, ["next_build"])
    build = Build(space_id=space.id or 0, number=space.next_build, commit=commit, factory=factory, actor=actor)
    space.next_build += 1
    session.add(build)
    session.flush()
    _enter(session, space, actor)
    _after_commit(session, lambda: jobs.ring_builders(build.id or 0, build.attempt))
    return build


def claim(build_id: int, worker: str) -> Claim | None:
    """Takes the next attempt at a build for `worker`; None where it is done, cancelled, somebody else's, or has to wait for room
    in its owner's quota: then the next sweep hands it out again."""
    with db.writing() as session:
        moment = now()
        if _held_back(session, build_id):
            return None
        free = (Build.status == BuildStatus.QUEUED) | (
            (Build.status == BuildStatus.RUNNING) & (col(Build.lease_until) <= moment) & (Build.attempt < ATTEMPTS)
        )
        taken = session.execute(
            update(Build)
            .where(col(Build.id) == build_id, free)
            .values(
                attempt=Build.attempt + 1,
                status=BuildStatus.RUNNING,
                phase=Phase.FETCHING,
                lease_until=moment + dt.timedelta(seconds=LEASE_SECONDS),
                started_at=func.coalesce(Build.started_at, moment),
            )
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            return None
        build = session.get_one(Build, build_id)
        space = session.get(Space, build.space_id)
        if space is None or space.intent == Intent.GONE or space.stage == Stage.DELETING:
            _finish(session, build, BuildStatus.CANCELLED, Reason(code="space_gone", message="The Space was deleted."))
            return None
        move(session, space, space.stage, Phase.FETCHING)
        log.info("build claimed", build=build_id, attempt=build.attempt, worker=worker)
        return Claim(**build.model_dump(include=set(Claim.model_fields)), build_id=build_id)


def renew(claim: Claim) -> bool:
    """Prolongs the lease; False where the attempt no longer counts and the worker must stop."""
    with db.writing() as session:
        return _fenced(session, claim, lease_until=now() + dt.timedelta(seconds=LEASE_SECONDS))


def progress(claim: Claim, phase: Phase) -> bool:
    """Says how far it is; False where the attempt no longer counts."""
    with db.writing() as session:
        if not _fenced(session, claim, phase=phase):
            return False
        space = session.get_one(Space, claim.space_id)
        move(session, space, space.stage, phase)
        return True


def publish(claim: Claim, draft: RevisionDraft) -> int | None:
    """Makes the result the Space's next revision and rings the controller; None, and nothing written, where the
    attempt no longer counts or a newer build exists."""
    with db.writing() as session:
        if not _fenced(session, claim, phase=Phase.PUBLISHING):
            return None
        build, space = session.get_one(Build, claim.build_id), session.get_one(Space, claim.space_id)
        newest = session.exec(select(func.max(Build.number)).where(Build.space_id == space.id)).one()
        if build.number != newest or space.stage == Stage.DELETING:
            _finish(session, build, BuildStatus.SUPERSEDED, Reason(code="superseded", message="A newer build exists."))
            return None
        revision = Revision(
            space_id=claim.space_id,
            build_id=claim.build_id,
            commit=claim.commit,
            image=draft.image,
            config=draft.config,
            command=json.dumps(draft.command),
            dependencies=draft.dependencies,
            layers=json.dumps(draft.layers),
            preload=draft.preload,
        )
        session.add(revision)
        session.flush()
        if draft.static:
            _settle(draft.static, static_path(claim.space_id, revision.id or 0))
        build.status, build.phase, build.reason = BuildStatus.SUCCEEDED, Phase.IDLE, None
        build.finished_at, build.lease_until, build.revision_id = now(), None, revision.id
        space.next_revision_id, space.sdk = revision.id, draft.config.sdk
        space.title = draft.config.title or (space.studio.display_name if space.studio else None)
        stage = {
            Stage.BUILDING: Stage.APP_STARTING,
            Stage.RUNNING_BUILDING: Stage.RUNNING_APP_STARTING,
        }.get(space.stage, space.stage)
        move(session, space, stage, Phase.STARTING if stage != space.stage else _resting_phase(space))
        return revision.id


def fail(claim: Claim, reason: Reason, platform: bool = False) -> bool:
    """Ends the attempt with a reason. A platform's failure is tried again and never blamed on the person; where an old
    revision serves it goes on serving. False where the attempt no longer counts."""
    with db.writing() as session:
        if not _fenced(session, claim):
            return False
        _fail(session, session.get_one(Build, claim.build_id), reason, platform)
        return True


def abandon(build_id: int) -> None:
    """Ends the lease now: whoever worked on it is known to be dead. The next sweep queues the build again."""
    with db.writing() as session:
        session.execute(
            update(Build)
            .where(col(Build.id) == build_id, col(Build.status) == BuildStatus.RUNNING)
            .values(lease_until=now())
        )


def cancel(build_id: int, actor: str) -> bool:
    """Stops a build at a person's wish; False where it had ended already."""
    with db.writing() as session:
        build = session.get(Build, build_id)
        if build is None or build.status.final:
            return False
        reason = Reason(
            code="cancelled", message="The build was cancelled.", hint="Push or restart to build again.", actor=actor
        )
        _finish(session, build, BuildStatus.CANCELLED, reason)
        space = session.get_one(Space, build.space_id)
        _leave(session, space, reason, Stage.BUILD_ERROR)
        return True


def sweep() -> None:
    """Mends what was lost: builds whose worker fell silent are queued again, and queued ones that Redis forgot are
    handed out again. Run every few seconds; also reached by no event at all."""
    with db.writing() as session:
        lost = select(Build).where(Build.status == BuildStatus.RUNNING, col(Build.lease_until) <= now())
        for build in session.exec(lost).all():
            reason = Reason(
                code="worker_lost",
                message=f"The worker of attempt {build.attempt} fell silent.",
                hint="It is built again; nothing needs doing.",
            )
            _fail(session, build, reason, platform=True)
    with db.reading() as session:
        due = (col(Build.lease_until).is_(None)) | (col(Build.lease_until) <= now())
        queued = session.exec(select(Build).where(Build.status == BuildStatus.QUEUED, due).order_by(col(Build.id)))
        rows = [(build.id or 0, build.attempt) for build in queued]
    if not rows or (waiting := jobs.waiting()) is None:
        return
    for build_id, attempt in rows:
        if build_id not in waiting:
            jobs.ring_builders(build_id, attempt)


# -- how a build leaves its mark on the Space --------------------------------------------------------------------------


def _enter(session: Session, space: Space, actor: str) -> None:
    if space.intent == Intent.PAUSED:  # built, so that it is ready when its owner restarts it; but not started
        move(session, space, space.stage, Phase.QUEUED, space.reason, actor)
        return
    space.intent = Intent.AWAKE
    move(session, space, Stage.RUNNING_BUILDING if space.stage.serving else Stage.BUILDING, Phase.QUEUED, None, actor)


def _leave(session: Session, space: Space, reason: Reason, failed: Stage) -> None:
    if space.intent == Intent.PAUSED or space.stage == Stage.DELETING:
        move(session, space, space.stage, _resting_phase(space), space.reason)
    elif space.stage.serving:
        move(session, space, Stage.RUNNING, _serving_phase(session, space), reason)
    elif space.revision_id is not None and _came_from(session, space) in _RESTING:
        space.intent = Intent.ASLEEP  # the old revision still wakes at a visit
        move(session, space, Stage.SLEEPING, Phase.IDLE, reason)
    else:
        move(session, space, failed, Phase.FAILED, reason)


def _fail(session: Session, build: Build, reason: Reason, platform: bool) -> None:
    space = session.get_one(Space, build.space_id)
    if platform and build.attempt < ATTEMPTS:
        build.status, build.phase, build.reason = BuildStatus.QUEUED, Phase.QUEUED, reason
        build.lease_until = now() + dt.timedelta(seconds=2 * build.attempt)  # not handed out before
        session.add(build)
        move(session, space, space.stage, Phase.QUEUED, reason)
        _stop_builder(session, build)
        return
    _finish(session, build, BuildStatus.FAILED, reason, tell=False)
    _leave(session, space, reason, _STAGE_OF_CODE.get(reason.code, Stage.BUILD_ERROR))


def _came_from(session: Session, space: Space) -> Stage | None:
    """The stage before the Space last entered BUILDING."""
    entered = select(Event.was).where(Event.space_id == space.id, Event.now == Stage.BUILDING)
    return session.exec(entered.where(Event.was != Stage.BUILDING).order_by(col(Event.id).desc()).limit(1)).first()


def _serving_phase(session: Session, space: Space) -> Phase:
    frozen = select(Instance.id).where(
        Instance.space_id == space.id,
        Instance.revision_id == space.revision_id,
        Instance.status == InstanceStatus.FROZEN,
    )
    return Phase.FROZEN if session.exec(frozen).first() else Phase.SERVING


def _resting_phase(space: Space) -> Phase:
    return Phase.SERVING if space.stage.serving else Phase.IDLE


# -- rows --------------------------------------------------------------------------------------------------------------


def _held_back(session: Session, build_id: int) -> bool:
    """True, and the Space says so, where a queued build has to wait for room in the quota of the Space's owner."""
    build = session.get(Build, build_id)
    space = session.get(Space, build.space_id) if build and build.status == BuildStatus.QUEUED else None
    reason = gate.hold_back(session, space) if space and space.intent != Intent.GONE else None
    if space and reason:
        move(session, space, space.stage, Phase.QUEUED, reason)
    return reason is not None


def _stands(newest: Build, factory: bool, changed_at: dt.datetime | None) -> bool:
    """`changed_at`: what was set then must be in it."""
    if newest.status in _ACTIVE:
        outdated = changed_at and newest.started_at and newest.started_at < changed_at
        return (newest.factory or not factory) and not outdated
    return newest.status == BuildStatus.SUCCEEDED and not factory and changed_at is None


def _fenced(session: Session, claim: Claim, **values: object) -> bool:
    """Writes `values` where `claim` still counts."""
    done = session.execute(
        update(Build)
        .where(
            col(Build.id) == claim.build_id,
            col(Build.attempt) == claim.attempt,
            col(Build.status) == BuildStatus.RUNNING,
        )
        .values(**(values or {"attempt": claim.attempt}))
    )
    return done.rowcount == 1  # type: ignore[attr-defined]


def _finish(session: Session, build: Build, status: BuildStatus, reason: Reason, tell: bool = True) -> None:
    running = build.status == BuildStatus.RUNNING
    build.status, build.phase, build.reason = status, Phase.IDLE, reason
    build.finished_at, build.lease_until = now(), None
    session.add(build)
    if running and tell:
        _stop_builder(session, build)


def _stop_builder(session: Session, build: Build) -> None:
    _after_commit(session, lambda: jobs.tell_cancelled(build.id or 0))


def _settle(draft: Path, final: Path) -> None:
    """Gives the files their place. Where the transaction is undone after it, the next revision of that number clears it."""
    if final.exists():
        shutil.rmtree(final)
    draft.rename(final)


def _after_commit(session: Session, action) -> None:  # type: ignore[no-untyped-def]
    @sql_event.listens_for(session, "after_commit", once=True)
    def _act(_session: Session) -> None:
        action()
