"""The ledger of imports: what was asked for, who works on it, and how it ended. Nothing is lost with a process."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlmodel import Session, col, select

from spaces import db, defaults
from spaces.access import Actor, access_owner, find_space
from spaces.errors import Busy, Conflict, NotFound
from spaces.imports.sources import Source
from spaces.lifecycle import BuildStatus, Reason
from spaces.models import Import, RepoKind, Visibility
from spaces.models.types import now
from spaces.repositories import RepositoryExists, check_name

LEASE_SECONDS = 60
ATTEMPTS = 3
"""Times that an import is begun whose process died."""
AT_ONCE = 4
"""Imports that one person may have under way."""
_OPEN = (BuildStatus.QUEUED, BuildStatus.RUNNING)


def request(
    session: Session, actor: Actor, source: Source, owner: str | None, name: str | None, visibility: Visibility | None
) -> Import:
    """Writes the wish down. Raises what creating the Space would raise now, and Busy where somebody wants too much at once."""
    holder = access_owner(session, actor, owner)
    name = name or source.name
    check_name(RepoKind.SPACE, name)
    if taken := find_space(session, holder.name, name):
        raise RepositoryExists(RepoKind.SPACE, holder.name, taken.name)
    mine = session.exec(select(Import).where(Import.actor_id == actor.owner_id, col(Import.status).in_(_OPEN))).all()
    if any((row.owner, row.name.lower()) == (holder.name, name.lower()) for row in mine):
        raise Conflict("This Space is being imported already.", hint="Wait for it, or choose another name.")
    if len(mine) >= AT_ONCE:
        raise Busy(f"{AT_ONCE} imports of yours are under way.", retry_after=30, hint="Wait until one has ended.")
    row = Import(
        url=source.url,
        branch=source.branch,
        actor_id=actor.owner_id or 0,
        owner=holder.name,
        name=name,
        visibility=visibility or defaults.of(session, holder).visibility or Visibility.PUBLIC,
    )
    session.add(row)
    session.flush()
    return row


def find(session: Session, actor: Actor, number: int) -> Import:
    """The import, for whoever asked for it and for admins; for others there is none."""
    row = session.get(Import, number)
    if row is None or actor.anonymous or not (actor.admin or row.actor_id == actor.owner_id):
        raise NotFound("There is no such import.", hint="Only whoever began it sees it.")
    return row


def claim() -> Import | None:
    """Takes the next import that waits, or whose process fell silent; None where there is none."""
    moment = now()
    with db.writing() as session:
        lost = (Import.status == BuildStatus.RUNNING) & (col(Import.lease_until) <= moment)
        due = select(Import).where((Import.status == BuildStatus.QUEUED) | lost).order_by(col(Import.id)).limit(1)
        row = session.exec(due.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        if row.attempt >= ATTEMPTS:
            _end(row, BuildStatus.FAILED, Reason(code="lost", message="The import broke off again and again."))
            session.add(row)
            return None
        row.status, row.attempt = BuildStatus.RUNNING, row.attempt + 1
        row.lease_until = moment + dt.timedelta(seconds=LEASE_SECONDS)
        session.add(row)
        return row


def progress(row: Import, step: str, received: int) -> bool:
    """Says how far it is, and renews the lease; False where another has it by now."""
    return _write(row, step=step, received=received, lease_until=now() + dt.timedelta(seconds=LEASE_SECONDS))


def finish(row: Import, space_id: int) -> bool:
    """It is a Space now."""
    return _write(
        row, status=BuildStatus.SUCCEEDED, step="done", space_id=space_id, finished_at=now(), lease_until=None
    )


def fail(row: Import, reason: Reason) -> bool:
    """It came to nothing."""
    return _write(row, status=BuildStatus.FAILED, step="failed", reason=reason, finished_at=now(), lease_until=None)


# -- private


def _write(row: Import, **values: object) -> bool:
    with db.writing() as session:
        mine = (col(Import.id) == row.id, col(Import.attempt) == row.attempt, col(Import.status) == BuildStatus.RUNNING)
        return session.execute(update(Import).where(*mine).values(**values)).rowcount == 1  # type: ignore[attr-defined]


def _end(row: Import, status: BuildStatus, reason: Reason) -> None:
    row.status, row.step, row.reason = status, status.value, reason
    row.finished_at, row.lease_until = now(), None
