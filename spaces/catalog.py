"""Lists of repositories: who may see which is part of the question that the database answers, and so is every filter.

A page ends at a position, which the next one begins behind: whatever is pushed meanwhile, nothing is told twice.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from spaces.access import Actor, find_owner, visible
from spaces.errors import BadRequest
from spaces.lifecycle import Intent
from spaces.models import Owner, RepoKind, Repository, RepoTag, Space

Sort = Literal["createdAt", "lastModified", "likes", "trendingScore", "downloads"]
"""What clients may sort by. Nothing is counted here that the last two would need: they are as `createdAt`."""
Row = Space | Repository


class Position(NamedTuple):
    """Where a page ends: the sorted time, where it is not the number that sorts, and the number."""

    at: dt.datetime | None
    number: int
    likes: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What a list shows; all of it must hold."""

    author: str | None = None
    words: Sequence[str] = ()
    """Each is part of `owner/name`, or of a Space's title."""
    tags: Sequence[str] = ()
    sort: Sort = "createdAt"


def page(
    session: Session, actor: Actor, kind: RepoKind, wanted: Wanted, limit: int, after: Position | None = None
) -> tuple[list[Row], Position | None]:
    """`limit` rows, the newest first, and where to go on, where more follow."""
    table: Any = Space if kind == RepoKind.SPACE else Repository
    statement = select(table).join(Owner, col(Owner.id) == table.owner_id).where(_there(kind), visible(actor, table))
    if wanted.author is not None:
        owner = find_owner(session, wanted.author)
        statement = statement.where(table.owner_id == (owner.id if owner else -1))
    for word in wanted.words:
        statement = statement.where(_holds(table, word))
    for tag in wanted.tags:
        statement = statement.where(_tagged(table, tag))
    number, changed, likes = col(table.id), col(table.changed_at), col(table.likes)
    if after:
        behind = number < after.number
        if after.at:
            behind = (changed < after.at) | ((changed == after.at) & behind)
        if after.likes is not None:
            behind = (likes < after.likes) | ((likes == after.likes) & behind)
        statement = statement.where(behind)
    if wanted.sort == "lastModified":
        statement = statement.order_by(changed.desc())
    if wanted.sort == "likes":
        statement = statement.order_by(likes.desc())
    rows = list(session.exec(statement.order_by(number.desc()).limit(limit + 1)).all())
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    at = last.changed_at if wanted.sort == "lastModified" else None
    return rows[:limit], Position(at, last.id or 0, last.likes if wanted.sort == "likes" else None)


def write(position: Position) -> str:
    """The position as a client carries it."""
    at = position.at.isoformat() if position.at else ""
    likes = "" if position.likes is None else f",{position.likes}"
    return base64.urlsafe_b64encode(f"{at},{position.number}{likes}".encode()).decode()


def read(cursor: str | None) -> Position | None:
    """What `write` wrote. Raises BadRequest."""
    if cursor is None:
        return None
    try:
        at, number, *likes = base64.urlsafe_b64decode(cursor).decode().split(",")
        return Position(dt.datetime.fromisoformat(at) if at else None, int(number), *map(int, likes[:1]))
    except (binascii.Error, ValueError):
        raise BadRequest("No such page.", hint="Follow the Link header of the page before.") from None


# -- private


def _there(kind: RepoKind) -> ColumnElement[bool]:
    if kind == RepoKind.SPACE:
        return col(Space.intent) != Intent.GONE
    return (col(Repository.kind) == kind) & col(Repository.gone_at).is_(None)


def _holds(table: Any, word: str) -> ColumnElement[bool]:
    text = word.lower()[:200]
    named = (col(Owner.name_key) + "/" + col(table.name_key)).contains(text, autoescape=True)
    return or_(named, col(Space.title).icontains(text, autoescape=True)) if table is Space else named


def _tagged(table: Any, tag: str) -> ColumnElement[bool]:
    tagged = select(RepoTag.number).where(RepoTag.number == table.id, RepoTag.tag == tag).exists()
    return or_(tagged, col(Space.sdk) == tag) if table is Space else tagged
