"""Likes: one a person and repository. The rows are the truth; each repository carries their number, for lists to sort by.

Nobody here asks who may: that is `spaces.access`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from spaces import db
from spaces.models import Like, Owner, Repository, Space
from spaces.models.types import now


def like(session: Session, owner_id: int, number: int) -> int:
    """That person likes that repository from now on; gives how many do. Twice is once."""
    db.insert_missing(session, Like, owner_id=owner_id, number=number, at=now())
    return _count(session, number)


def unlike(session: Session, owner_id: int, number: int) -> int:
    """They do not; gives how many others do."""
    session.execute(delete(Like).where(col(Like.owner_id) == owner_id, col(Like.number) == number))
    return _count(session, number)


def likers(session: Session, number: int, limit: int, offset: int = 0) -> Sequence[Owner]:
    """Who likes it, the last one first."""
    liked = select(Owner).join(Like, col(Like.owner_id) == Owner.id).where(Like.number == number)
    return session.exec(liked.order_by(col(Like.at).desc(), col(Owner.id)).limit(limit).offset(offset)).all()


def of(session: Session, owner_id: int | None) -> Sequence[Like]:
    """What a person likes, the newest first."""
    return session.exec(select(Like).where(Like.owner_id == owner_id).order_by(col(Like.at).desc())).all()


def liked(session: Session, owner_id: int | None, numbers: Iterable[int | None]) -> set[int]:
    """Which of these repositories a person likes."""
    if owner_id is None:
        return set()
    among = select(Like.number).where(Like.owner_id == owner_id, col(Like.number).in_(list(numbers)))
    return set(session.exec(among))


def forget(session: Session, number: int | None) -> None:
    """The repository goes."""
    session.execute(delete(Like).where(col(Like.number) == number))


def forget_person(session: Session, owner_id: int | None) -> None:
    """A person goes, and their likes with them."""
    theirs = [row.number for row in of(session, owner_id)]
    session.execute(delete(Like).where(col(Like.owner_id) == owner_id))
    for number in theirs:
        _count(session, number)


# -- private


def _count(session: Session, number: int) -> int:
    count = session.exec(select(func.count()).select_from(Like).where(Like.number == number)).one()
    for table in (Space, Repository):
        session.execute(update(table).where(col(table.id) == number).values(likes=count))
    return count
