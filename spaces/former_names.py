"""Names that repositories had: each leads to its repository (`spaces.access` looks) until somebody takes it."""

from __future__ import annotations

from sqlmodel import Session, col, delete

from spaces.models import FormerName, RepoKind, Repository, Space


def keep(session: Session, kind: RepoKind, found: Space | Repository) -> None:
    """The name of today leads to `found` also when it is another's."""
    session.merge(FormerName(kind=kind, owner_id=found.owner_id, name_key=found.name_key, number=found.id))


def forget(session: Session, kind: RepoKind, owner_id: int | None, name: str) -> None:
    """The name is somebody's again: it leads nowhere else."""
    if former := session.get(FormerName, (kind, owner_id, name.lower())):
        session.delete(former)
        session.flush()


def forget_all(session: Session, number: int | None) -> None:
    """The repository goes, and the names it had with it."""
    session.exec(delete(FormerName).where(col(FormerName.number) == number))  # type: ignore[call-overload]
