"""Who is here: people and organizations, by name, with what is known of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from spaces.lifecycle import Intent, Phase, Stage
from spaces.models import BrowserSession, Member, Owner, Profile, Space, Token
from spaces.models.owner import OwnerKind, Role

PAGE = 50
WHICH: dict[str, ColumnElement[bool] | None] = {
    "all": None,
    "people": col(Owner.kind) == OwnerKind.USER,
    "admins": col(Owner.role) == Role.ADMIN,
    "organizations": col(Owner.kind) == OwnerKind.ORGANIZATION,
}
"""Who is wanted."""


@dataclass(frozen=True)
class Entry:
    """One of them."""

    owner: Owner
    full_name: str
    seen_at: dt.datetime | None
    """When a browser or a token of theirs was last used; None: never, or none of those is left."""
    spaces: int
    running: int
    others: int
    """An organization's members, or a person's organizations."""

    @property
    def person(self) -> bool:
        return self.owner.kind == OwnerKind.USER

    @property
    def admin(self) -> bool:
        return self.owner.role == Role.ADMIN


def entries(session: Session, which: str, text: str, after: str) -> tuple[list[Entry], str]:
    """Those whose name has `text` in it, from the one after `after` on; and after whom the next page begins, if any."""
    wanted = select(Owner).where(col(Owner.name_key) > after.lower()).order_by(Owner.name_key).limit(PAGE + 1)
    if (condition := WHICH.get(which)) is not None:
        wanted = wanted.where(condition)
    if text:
        wanted = wanted.where(col(Owner.name_key).contains(text.lower(), autoescape=True))
    owners = list(session.exec(wanted))
    return _described(session, owners[:PAGE]), owners[PAGE - 1].name if len(owners) > PAGE else ""


# -- private --------------------------------------------------------------------------------------

_RUNNING = (
    col(Space.intent) != Intent.GONE,
    col(Space.stage).in_([stage for stage in Stage if stage.serving]),
    col(Space.phase) != Phase.FROZEN,
)
"""As the page about health counts them: static Spaces too, frozen ones not."""


def _described(session: Session, owners: list[Owner]) -> list[Entry]:
    numbers = [owner.id or 0 for owner in owners]
    profiles = {row.owner_id: row for row in session.exec(select(Profile).where(col(Profile.owner_id).in_(numbers)))}
    seen = _seen(session, numbers)
    spaces = _counted(session, col(Space.owner_id), numbers)
    running = _counted(session, col(Space.owner_id), numbers, *_RUNNING)
    members, memberships = (
        _counted(session, column, numbers) for column in (col(Member.organization_id), col(Member.user_id))
    )
    return [
        Entry(
            owner,
            profiles[number].full_name if number in profiles else "",
            seen.get(number),
            spaces.get(number, 0),
            running.get(number, 0),
            (memberships if owner.kind == OwnerKind.USER else members).get(number, 0),
        )
        for owner, number in zip(owners, numbers, strict=True)
    ]


def _counted(
    session: Session, column: ColumnElement[int], numbers: list[int], *conditions: ColumnElement[bool]
) -> dict[int, int]:
    """Rows by the owner that the column names."""
    wanted = select(column, func.count()).where(column.in_(numbers), *conditions)
    return dict(session.exec(wanted.group_by(column)).all())


def _seen(session: Session, numbers: list[int]) -> dict[int, dt.datetime]:
    found: dict[int, dt.datetime] = {}
    for table in (BrowserSession, Token):
        last = select(table.owner_id, func.max(table.used_at)).where(col(table.owner_id).in_(numbers))
        for number, moment in session.exec(last.group_by(col(table.owner_id))):
            if moment is not None:
                found[number] = max(found.get(number, moment), moment)
    return found
