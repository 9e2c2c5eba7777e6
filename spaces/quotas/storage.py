"""What an owner's files take: git objects and large files of all its repositories, and the size of its Spaces' `/data`."""

from __future__ import annotations

import time
from pathlib import Path

from sqlmodel import Session, col, func, select

from spaces import db
from spaces.lifecycle import Intent
from spaces.models import LfsObject, Owner, Repository, Space
from spaces.models.repository import FIRST_ID
from spaces.quotas import book
from spaces.quotas.refusals import refuse
from spaces.quotas.terms import BY_KEY, UNLIMITED
from spaces.repos import disk, store

MIB = 1 << 20
REMEMBERED_SECONDS = 30.0
"""How long a repository's size on disk is believed: it is asked for with every upload."""


def mebibytes(session: Session, owner_id: int) -> float:
    """All of it. A large file counts for every repository that has it."""
    spaces = session.exec(
        select(Space.id, Space.storage).where(Space.owner_id == owner_id, Space.intent != Intent.GONE)
    ).all()
    others = session.exec(
        select(Repository.id).where(Repository.owner_id == owner_id, col(Repository.gone_at).is_(None))
    ).all()
    numbers = [*(number for number, _ in spaces), *others]
    large = session.exec(
        select(func.coalesce(func.sum(LfsObject.size), 0)).where(col(LfsObject.repository).in_(numbers))
    ).one()
    data = sum(gibibytes for _, gibibytes in spaces) * 1024
    return (large + sum(_on_disk(number or 0) for number in numbers)) / MIB + data


def check_room(session: Session, owner_id: int, more: float) -> None:
    """Raises QuotaExceeded where `more` MiB are too many for the owner."""
    room = room_for(session, owner_id)
    if room is not None and more > room:
        limit = book.limits_of(session, owner_id).storage
        refuse(session.get_one(Owner, owner_id).name, BY_KEY["storage"], limit - room, limit, more, _HINT)


def check_number(session: Session, number: int, more: int) -> None:
    """The same for the owner of the repository with that number, and for bytes."""
    owner_id = _owner_of(session, number)
    if owner_id is not None:
        check_room(session, owner_id, more / MIB)


def check_repository(number: int, more: int) -> None:
    """The same outside any transaction."""
    with db.reading() as session:
        check_number(session, number, more)


def room_for(session: Session, owner_id: int) -> float | None:
    """MiB that the owner may still store, below nothing where it has too much already; None: as many as the disk has."""
    limit = book.limits_of(session, owner_id).storage
    return None if limit == UNLIMITED else limit - mebibytes(session, owner_id)


# -- private --------------------------------------------------------------------------------------

_HINT = "Delete what nobody needs: old repositories, large files of old commits; or ask an admin for more."
_sizes: dict[Path, tuple[float, int]] = {}


def _owner_of(session: Session, number: int) -> int | None:
    row = session.get(Repository, number) if number >= FIRST_ID else session.get(Space, number)
    return row.owner_id if row else None


def _on_disk(number: int) -> int:
    folder, moment = store.path(number), time.monotonic()
    known = _sizes.get(folder)
    if known is None or moment - known[0] > REMEMBERED_SECONDS:
        known = _sizes[folder] = (moment, disk.below(folder))
    return known[1]
