"""The cards of all repositories as rows: read from the head's README after each push, and again where one was missed.

A card that cannot be read is none: what is wrong with it, a Space's build says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from sqlmodel import Session, col, delete, select

from spaces import card_texts, db
from spaces.card import read_data
from spaces.card_tags import tags
from spaces.card_yaml import CARD_FILE
from spaces.errors import CardError, NotFound, TooLarge
from spaces.lifecycle import Intent
from spaces.models import RepoCard, RepoKind, Repository, RepoTag, Space

LIMIT = 4 << 20
"""Bytes of a README that is read."""

log = structlog.get_logger()


def record(kind: RepoKind, number: int, sha: str) -> None:
    """Keeps the card that the commit `sha` has. Outside any transaction: this reads files."""
    data, text = _read(number, sha)
    shown, inner = card_texts.texts(kind, data, text)
    card = RepoCard(number=number, commit=sha, data=json.dumps(data), shown=shown, inner=inner)
    card.pinned = data.get("pinned") is True
    with db.writing() as session:
        session.merge(card)
        session.exec(delete(RepoTag).where(col(RepoTag.number) == number))  # type: ignore[call-overload]
        session.add_all(RepoTag(number=number, tag=tag) for tag in tags(kind, data))


def of(session: Session, numbers: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    """The cards of repositories, by number."""
    rows = session.exec(select(RepoCard).where(col(RepoCard.number).in_(list(numbers))))
    return {row.number: json.loads(row.data) for row in rows}


def title(card: Mapping[str, Any], space: Space) -> str:
    """What a Space is called: by its card at the head, which is there before the first build, too; else by what was built
    last, or its name."""
    wished = card.get("title")
    return (wished if isinstance(wished, str) else "") or space.title or space.name


def forget(session: Session, number: int | None) -> None:
    """The repository goes."""
    for table in (RepoCard, RepoTag):
        session.exec(delete(table).where(col(table.number) == number))  # type: ignore[call-overload]


def catch_up() -> None:
    """Reads the cards of heads that somebody recorded without reading them. For now and then."""
    for kind, number, sha in _behind():
        try:
            record(kind, number, sha)
        except Exception:
            log.exception("could not read a card", repository=number)


# -- private


def _read(number: int, sha: str) -> tuple[dict[str, Any], str]:
    """The card, and the whole README."""
    from spaces.repos import store

    try:
        readme = store.read_blob(number, sha, CARD_FILE, LIMIT)
    except (NotFound, TooLarge):
        return {}, ""
    try:
        return read_data(readme), readme.decode(errors="replace")
    except CardError:
        return {}, readme.decode(errors="replace")


def _behind() -> list[tuple[RepoKind, int, str]]:
    spaces = select(Space.id, Space.head).outerjoin(RepoCard, col(RepoCard.number) == Space.id)
    spaces = spaces.where(col(RepoCard.commit).is_distinct_from(Space.head), Space.intent != Intent.GONE)
    others = select(Repository.kind, Repository.id, Repository.head)
    others = others.outerjoin(RepoCard, col(RepoCard.number) == Repository.id)
    others = others.where(col(RepoCard.commit).is_distinct_from(Repository.head), col(Repository.gone_at).is_(None))
    with db.reading() as session:
        found = [(RepoKind.SPACE, number, head) for number, head in session.exec(spaces)]
        return [(kind, number, head) for kind, number, head in [*found, *session.exec(others)] if number and head]
