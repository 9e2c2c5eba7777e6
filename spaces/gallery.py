"""Which Spaces the gallery shows, of ten thousand: search, filters, order, pages. One question to the database for a page, in
which it is said who may see what.

A word counts wherever it stands in a name, a title, a description, a tag or the README, as a part of a longer one too: Chinese has
no spaces to cut at. What people type is text, never a pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_
from sqlmodel import Session, col, select

from spaces.access import Actor, readable, visible
from spaces.lifecycle import Intent, Stage
from spaces.models import Like, Owner, RepoCard, RepoTag, Space, Visibility

Sort = Literal["likes", "updated", "created", "name"]
SORTS: tuple[Sort, ...] = ("likes", "updated", "created", "name")
WORDS = 8
WORD_LENGTH = 100


@dataclass(frozen=True)
class Wanted:
    """What is asked for; all of it must hold."""

    text: str = ""
    sdk: str = ""
    hardware: str = ""
    tag: str = ""
    owner_id: int | None = None
    liked_by: int | None = None
    running: bool = False
    """A visitor gets the app at once: it serves."""
    sort: Sort = "likes"
    pinned_first: bool = False


class Found(NamedTuple):
    spaces: Sequence[Space]
    total: int


def find(session: Session, actor: Actor, wanted: Wanted, limit: int, offset: int = 0) -> Found:
    """One page of what `actor` sees. Where words are searched, those that a name or a title holds come first."""
    words = split(wanted.text)
    where = [col(Space.intent) != Intent.GONE, visible(actor, Space), *_filters(actor, wanted)]
    where += [or_(*(holds for _, holds in _places(actor, word))) for word in words]
    total = session.exec(_from(select(func.count())).where(*where)).one()
    page = _from(select(Space)).where(*where).order_by(*_order(actor, wanted, words)).limit(limit).offset(offset)
    return Found(session.exec(page).all() if total > offset else [], total)


def tags(session: Session, limit: int) -> list[str]:
    """The tags that most public Spaces carry."""
    counted = select(RepoTag.tag).join(Space, col(Space.id) == RepoTag.number)
    plain = col(RepoTag.tag).not_like("%:%")  # such as `license:mit`
    public = (Space.visibility == Visibility.PUBLIC, Space.intent != Intent.GONE, plain)
    most = counted.where(*public).group_by(col(RepoTag.tag)).order_by(func.count().desc(), col(RepoTag.tag))
    return list(session.exec(most.limit(limit)))


def split(text: str) -> list[str]:
    """The words of a search, each once."""
    return list(dict.fromkeys(word[:WORD_LENGTH] for word in text.replace("\x00", " ").lower().split()))[:WORDS]


# -- private


def _from(statement: Select[Any]) -> Any:
    joined = statement.select_from(Space).join(Owner, col(Owner.id) == Space.owner_id)
    return joined.outerjoin(RepoCard, col(RepoCard.number) == Space.id)


def _filters(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.sdk:
        found.append(col(Space.sdk) == wanted.sdk)
    if wanted.hardware:
        found.append(col(Space.hardware) == wanted.hardware)
    if wanted.running:
        found.append(col(Space.stage).in_([stage for stage in Stage if stage.serving]))
    if wanted.owner_id is not None:
        found.append(col(Space.owner_id) == wanted.owner_id)
    if wanted.tag:
        carried = select(RepoTag.number).where(RepoTag.number == Space.id, RepoTag.tag == wanted.tag).exists()
        found.append(and_(carried, readable(actor, Space)))
    if wanted.liked_by is not None:
        liked = select(Like.number).where(Like.number == Space.id, Like.owner_id == wanted.liked_by)
        found.append(liked.exists())
    return found


def _places(actor: Actor, word: str) -> list[tuple[int, ColumnElement[bool]]]:
    """Where a word may stand, and how much that counts."""
    name = col(Owner.name_key) + "/" + col(Space.name_key)
    title = func.lower(func.coalesce(Space.title, "")) + " " + func.coalesce(RepoCard.shown, "")
    inner = func.coalesce(col(RepoCard.inner), "")
    return [
        (4, name.contains(word, autoescape=True)),
        (2, title.contains(word, autoescape=True)),
        (1, and_(readable(actor, Space), inner.contains(word, autoescape=True))),
    ]


def _order(actor: Actor, wanted: Wanted, words: Sequence[str]) -> list[Any]:
    orders = {
        "likes": (col(Space.likes).desc(), col(Space.changed_at).desc()),
        "updated": (col(Space.changed_at).desc(),),
        "created": (),
        "name": (col(Space.name_key), col(Owner.name_key)),
    }
    first: list[Any] = []
    if words and wanted.sort == "likes":
        first += [sum((_worth(actor, word) for word in words[1:]), _worth(actor, words[0])).desc()]
    if wanted.pinned_first:
        first += [func.coalesce(RepoCard.pinned, false()).desc()]
    return [*first, *orders[wanted.sort], col(Space.id).desc()]


def _worth(actor: Actor, word: str) -> ColumnElement[int]:
    name, title, _ = _places(actor, word)
    return case((name[1], name[0]), (title[1], title[0]), else_=1)
