"""Who stands at a private Space's gate, and the passes that open it for browsers.

A pass is worth what its person is allowed now: every look asks `spaces.access` anew. A *sign* travels in an address, so it is
good once and for a minute; at the gate it is exchanged for a cookie of that Space's host alone.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Iterator

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from spaces import db, names, sessions, shares
from spaces.access import Actor, Permission, permission_on
from spaces.errors import Unauthorized
from spaces.lifecycle import Intent
from spaces.models import Owner, PassKind, Space, SpacePass, Token, Visibility
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.owners import actor_of, authenticate, digest, holds

SECONDS = {PassKind.SIGN: 60, PassKind.PROGRAM: 3600, PassKind.COOKIE: 12 * 3600}
"""How long each kind opens anything."""


def issue(
    session: Session, actor: Actor, space: Space, kind: PassKind = PassKind.SIGN, session_id: int | None = None
) -> str:
    """A sign for `space`, which the caller has seen `actor` to be let into; kept nowhere. What comes of it ends with the token
    or the browser session (`session_id`) it was asked for with."""
    moment = now()
    session.execute(delete(SpacePass).where(col(SpacePass.expires_at) <= moment))
    text = secrets.token_urlsafe(32)
    session.add(
        SpacePass(
            space_id=space.id,
            owner_id=actor.owner_id,
            token_id=actor.token_id,
            session_id=session_id,
            kind=kind,
            digest=digest(text),
            expires_at=moment + dt.timedelta(seconds=SECONDS[kind]),
        )
    )
    return text


def exchange(sign: str, space_id: int) -> str | None:
    """The cookie's value for a sign of that Space, which is used up by it, or for a share link, which counts it; None: it
    opens nothing (any more)."""
    text, moment = secrets.token_urlsafe(32), now()
    until = moment + dt.timedelta(seconds=SECONDS[PassKind.COOKIE])
    if sign.startswith(names.SHARE_PREFIX):
        return text if _by_share(sign, space_id, text, until) else None
    with db.writing() as session:
        done = session.execute(
            update(SpacePass)
            .where(
                col(SpacePass.digest) == digest(sign),
                col(SpacePass.space_id) == space_id,
                col(SpacePass.kind).in_([PassKind.SIGN, PassKind.PROGRAM]),
                col(SpacePass.expires_at) > moment,
            )
            .values(kind=PassKind.COOKIE, digest=digest(text), expires_at=until)
        )
    return text if done.rowcount == 1 else None  # type: ignore[attr-defined]


def admits(space_id: int, tokens: Iterable[str], cookies: Iterable[str] = (), sign: str = "") -> bool:
    """Somebody who may visit that Space holds one of these. For a number without a Space (0) it looks as long, and says no:
    how long it takes tells nobody whether there is one."""
    people = [*_by_tokens(tokens), *_by_passes(space_id, cookies, sign)]
    with db.reading() as session:
        space = session.get(Space, space_id)
        there = space is not None and space.intent != Intent.GONE
        return any([_may_visit(session, actor, space or _NOBODYS) for actor in people]) and there


# -- private --------------------------------------------------------------------------------------


_NOBODYS = Space(owner_id=0, name="", name_key="", subdomain="", subnet=0, visibility=Visibility.PRIVATE)
"""Stands for a private Space where there is none."""


def _may_visit(session: Session, actor: Actor, space: Space) -> bool:
    power = permission_on(session, actor, space)
    return power is not None and power >= Permission.VISIT


def _by_tokens(texts: Iterable[str]) -> Iterator[Actor]:
    for text in texts:
        try:
            yield authenticate(text)
        except Unauthorized:
            continue


def _by_passes(space_id: int, cookies: Iterable[str], sign: str) -> Iterator[Actor]:
    shown = {digest(text): {PassKind.COOKIE} for text in cookies}
    if sign:
        shown[digest(sign)] = {PassKind.PROGRAM}
    if not shown:
        return
    with db.reading() as session:
        rows = session.exec(
            select(SpacePass, Owner)
            .join(Owner, col(Owner.id) == SpacePass.owner_id)
            .where(col(SpacePass.digest).in_(shown), SpacePass.space_id == space_id, SpacePass.expires_at > now())
        ).all()
        for row, owner in rows:
            if row.kind in shown[row.digest] and (actor := _asked(session, row, owner)):
                yield actor


def _by_share(link: str, space_id: int, text: str, until: dt.datetime) -> bool:
    with db.writing() as session:
        share = shares.use(session, link, space_id)
        if share is not None:
            session.add(
                SpacePass(
                    space_id=space_id,
                    owner_id=share.owner_id,
                    share_id=share.id,
                    kind=PassKind.COOKIE,
                    digest=digest(text),
                    expires_at=min(until, share.expires_at),
                )
            )
    return share is not None


def _asked(session: Session, row: SpacePass, owner: Owner) -> Actor | None:
    """Whoever asked for the pass, as far as what they asked with still opens things itself."""
    if row.share_id is not None:
        return shares.holder(session, row.share_id)
    if row.session_id is not None:
        living = sessions.lives(session, row.session_id)
        return Actor(owner.id, owner.name, owner.role, TokenScope.READ) if living else None
    token = session.get(Token, row.token_id) if row.token_id is not None else None
    return actor_of(token, owner) if token and holds(token) else None
