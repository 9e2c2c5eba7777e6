"""Which repository holds which large file, and that a content stays on disk just as long as any does.

A holding is proof by upload: bytes that lie here for one repository's sake are neither shown nor given to another that
merely knows their hash."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from spaces import db
from spaces.errors import NotFound, StorageFull, TooLarge
from spaces.lifecycle import Intent
from spaces.models import LfsObject, Repository, Space
from spaces.models.repository import FIRST_ID
from spaces.quotas import storage
from spaces.repos.lfs import blobs, parts
from spaces.repos.lfs.pointer import Pointer
from spaces.settings import get_settings

_TOGETHER = 500
"""Hashes that one statement names."""

log = structlog.get_logger()


def held(number: int, oids: Collection[str]) -> dict[str, LfsObject]:
    """Those of `oids` that the repository holds."""
    found: dict[str, LfsObject] = {}
    with db.reading() as session:
        for some in _some(sorted(set(oids))):
            rows = select(LfsObject).where(LfsObject.repository == number, col(LfsObject.oid).in_(some))
            found |= {row.oid: row for row in session.exec(rows)}
    return found


def find(number: int, oid: str) -> LfsObject | None:
    """The holding, where there is one."""
    return held(number, [oid]).get(oid)


def listed(number: int) -> list[LfsObject]:
    """All that the repository holds, the newest first."""
    with db.reading() as session:
        rows = select(LfsObject).where(LfsObject.repository == number)
        return list(session.exec(rows.order_by(col(LfsObject.created_at).desc(), LfsObject.oid)))


def keep(number: int, incoming: blobs.Incoming) -> Pointer:
    """All of `incoming` was written, by somebody who may: the repository holds it from now on. Returns what it is.

    Raises what `Incoming.finish` and `check_room` raise, and NotFound where the repository went away meanwhile."""
    large = incoming.finish()
    with blobs.lock(large.oid), db.writing() as session:
        if not _is_there(session, number):
            raise NotFound("The repository was deleted meanwhile.", hint="Nothing of the upload was kept.")
        if session.get(LfsObject, (number, large.oid)) is None:
            check_room(session, number, large.size)
            session.add(LfsObject(repository=number, oid=large.oid, size=large.size, git_oid=large.git_oid))
            session.flush()
        incoming.place(large)
    return large


def share(source: int, target: int, oids: Collection[str]) -> None:
    """The repository `target`, made of `source`, holds those of `oids` that `source` holds. Raises what `check_room` raises."""
    with db.writing() as session:
        for some in _some(sorted(oids)):
            # Held until the end: `source` can let go of none in between.
            rows = (
                select(LfsObject).where(LfsObject.repository == source, col(LfsObject.oid).in_(some)).with_for_update()
            )
            for row in session.exec(rows).all():
                if session.get(LfsObject, (target, row.oid)) is None:
                    check_room(session, target, row.size)
                    session.add(LfsObject(repository=target, oid=row.oid, size=row.size, git_oid=row.git_oid))


def check_room(session: Session, number: int, size: int, besides: int = 0) -> None:
    """Raises TooLarge for a file, StorageFull for a repository that would have more bytes than the settings allow, QuotaExceeded
    for an owner who would; `besides`: bytes of what comes with it."""
    settings = get_settings()
    if size > settings.large_limit << 20:
        raise TooLarge(
            f"The file has {size} bytes; a large file may have {settings.large_limit} MiB.",
            hint="Split it, or ask the admin to raise DEMODOCK_LARGE_LIMIT.",
        )
    if settings.large_total and total(session, number) + besides + size > settings.large_total << 20:
        raise StorageFull(
            f"The repository's large files would take more than {settings.large_total} MiB.",
            hint="Remove some that no commit needs, or ask the admin to raise DEMODOCK_LARGE_TOTAL.",
            code="quota",
        )
    storage.check_number(session, number, besides + size)


def total(session: Session, number: int) -> int:
    """Bytes of all that the repository holds."""
    return session.exec(select(func.coalesce(func.sum(LfsObject.size), 0)).where(LfsObject.repository == number)).one()


def release(number: int, oids: Collection[str] | None = None) -> None:
    """The repository lets go of `oids`, or of all it holds; what nobody else holds goes from the disk."""
    let_go: list[str] = []
    with db.writing() as session:
        mine = select(LfsObject.oid).where(LfsObject.repository == number)
        let_go = [oid for oid in session.exec(mine) if oids is None or oid in oids]
        for some in _some(let_go):
            session.exec(delete(LfsObject).where(LfsObject.repository == number, col(LfsObject.oid).in_(some)))  # type: ignore[call-overload]
    for oid in let_go:
        _remove_unheld(oid)
    if oids is None:
        parts.forget(number)


def sweep() -> None:
    """Removes what a killed process left, in whatever step. For now and then: uploads may be under way."""
    blobs.sweep_incoming()
    parts.sweep()
    with db.reading() as session:
        numbers = list(session.exec(select(LfsObject.repository).distinct()))
        gone = [number for number in numbers if not _is_there(session, number)]
        known = set(session.exec(select(LfsObject.oid).distinct()))
    for number in gone:
        release(number)
    for oid in blobs.listed():
        if oid not in known:
            _remove_unheld(oid)


# -- private


def _is_there(session: Session, number: int) -> bool:
    if number >= FIRST_ID:
        repository = session.get(Repository, number)
        return repository is not None and repository.gone_at is None
    space = session.get(Space, number)
    return space is not None and space.intent != Intent.GONE


def _remove_unheld(oid: str) -> None:
    with blobs.lock(oid), db.reading() as session:
        if session.exec(select(LfsObject.oid).where(LfsObject.oid == oid).limit(1)).first() is None:
            blobs.remove(oid)


def _some(oids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (oids[start : start + _TOGETHER] for start in range(0, len(oids), _TOGETHER))
