"""Browser sessions: rows that a cookie's secret opens. The cookie is as good as the person, so it ends early and often.

A session ends when it idles too long, when its time is over, when its person ends it, when their password changes, and
with the token that opened it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, not_, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from spaces import db
from spaces.access import Actor
from spaces.models import BrowserSession, Owner, Token
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.owners import digest
from spaces.settings import get_settings

AGENT_LENGTH = 300
VALUES = 200
"""More cookies of one name than any browser keeps for a site."""


@dataclass(frozen=True)
class SignedIn:
    """Whose browser this is, and what its forms carry."""

    actor: Actor
    session_id: int
    form_token: str


def open_session(
    session: Session, owner: Owner, agent: str = "", address: str = "", token_id: int | None = None
) -> str:
    """A new session of `owner`; returns the cookie's secret, which is kept nowhere. Whatever cookie the browser brought is
    not taken over: a sign-in always begins a session of its own."""
    moment, settings = now(), get_settings()
    session.execute(delete(BrowserSession).where(not_(and_(*_alive(moment)))))
    text = secrets.token_urlsafe(32)
    session.add(
        BrowserSession(
            owner_id=owner.id,
            digest=digest(text),
            token_id=token_id,
            agent=agent[:AGENT_LENGTH],
            address=address,
            expires_at=moment + dt.timedelta(seconds=settings.session_lifetime),
        )
    )
    return text


def find(values: Sequence[str]) -> SignedIn | None:
    """Who is signed in by these values of the cookie; None: nobody.

    A browser sends one value. A Space that shares our parent domain may have added more, where there is no TLS to forbid
    it: those that open nothing are passed over, and of two people neither is believed."""
    texts = {digest(text): text for text in values[:VALUES]}
    moment = now()
    with db.reading() as session:
        rows = session.exec(_living(moment).where(col(BrowserSession.digest).in_(texts))).all()
    if len({owner.id for _, owner in rows}) != 1:
        return None
    found, owner = rows[0]
    if moment - found.used_at > dt.timedelta(minutes=1):
        with db.writing() as session:
            session.execute(update(BrowserSession).where(col(BrowserSession.id) == found.id).values(used_at=moment))
    assert found.id is not None
    actor = Actor(owner.id, owner.name, owner.role, TokenScope.WRITE)
    return SignedIn(actor, found.id, form_token_of(texts[found.digest]))


def lives(session: Session, session_id: int) -> bool:
    """The session has not ended, whatever ends one."""
    return session.exec(_living(now()).where(BrowserSession.id == session_id)).first() is not None


def sessions_of(session: Session, owner_id: int) -> Sequence[BrowserSession]:
    """A person's living sessions, the last used first."""
    own = select(BrowserSession).where(BrowserSession.owner_id == owner_id, *_alive(now()))
    return session.exec(own.order_by(col(BrowserSession.used_at).desc(), col(BrowserSession.id).desc())).all()


def end(session: Session, owner_id: int, session_id: int) -> bool:
    """Ends one session of that person; False where they have none of that number."""
    gone = delete(BrowserSession).where(col(BrowserSession.id) == session_id, col(BrowserSession.owner_id) == owner_id)
    return session.execute(gone).rowcount > 0  # type: ignore[attr-defined]


def end_all(session: Session, owner_id: int, but: int | None = None) -> None:
    """Ends every session of that person, or every other one."""
    session.execute(
        delete(BrowserSession).where(col(BrowserSession.owner_id) == owner_id, col(BrowserSession.id) != (but or 0))
    )


def form_token_of(text: str) -> str:
    """What the forms of the session with this secret carry: made from it, so that it is kept nowhere either."""
    return hmac.new(text.encode(errors="replace"), b"form", hashlib.sha256).hexdigest()


# -- private --------------------------------------------------------------------------------------


def _living(moment: dt.datetime) -> Select[tuple[BrowserSession, Owner]]:
    return (
        select(BrowserSession, Owner)
        .join(Owner, col(Owner.id) == BrowserSession.owner_id)
        .join(Token, col(Token.id) == BrowserSession.token_id, isouter=True)
        .where(*_alive(moment), col(Token.revoked_at).is_(None))
        .where((col(Token.expires_at).is_(None)) | (col(Token.expires_at) > moment))
    )


def _alive(moment: dt.datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    idle_since = moment - dt.timedelta(seconds=get_settings().session_idle)
    return col(BrowserSession.expires_at) > moment, col(BrowserSession.used_at) > idle_since
