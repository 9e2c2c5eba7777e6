"""How often somebody may try: counted in the database, so that every process counts the same and a restart forgets nothing.

A window begins with the first try and ends by itself. Addresses are what the edge saw, never what a header claims.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlmodel import Session, col

from spaces import db
from spaces.errors import TooMany
from spaces.models import Tally
from spaces.models.types import now


@dataclass(frozen=True)
class Limit:
    """At most `most` in `seconds`."""

    name: str
    most: int
    seconds: int


SIGN_IN_ACCOUNT = Limit("sign-in/account", 20, 900)
SIGN_IN_ADDRESS = Limit("sign-in/address", 60, 900)
"""Larger: a whole office may share an address."""
SIGN_UP_ADDRESS = Limit("sign-up/address", 20, 3600)
TOKENS_ACCOUNT = Limit("tokens/account", 60, 3600)
TOKENS_ADDRESS = Limit("tokens/address", 300, 3600)


def take(session: Session, limit: Limit, who: str) -> None:
    """Counts one try of `who`; raises TooMany where that is one too many."""
    moment, key = now(), _key(limit, who)
    session.execute(delete(Tally).where(col(Tally.until) <= moment))
    db.insert_missing(session, Tally, key=key, count=0, until=moment + dt.timedelta(seconds=limit.seconds))
    session.execute(update(Tally).where(col(Tally.key) == key).values(count=Tally.count + 1))
    tally = session.get_one(Tally, key, populate_existing=True)
    if tally.count > limit.most:
        wait = max(1, int((tally.until - moment).total_seconds()))
        raise TooMany("Too many attempts.", hint=f"Try again in {-(-wait // 60)} min.", retry_after=wait)


def take_token(session: Session, account: str, address: str) -> None:
    """Counts one more token that `account` makes."""
    take(session, TOKENS_ADDRESS, address)
    take(session, TOKENS_ACCOUNT, account)


def give_back(session: Session, limit: Limit, who: str) -> None:
    """One try of `who` was a good one and does not count."""
    key = _key(limit, who)
    session.execute(update(Tally).where(col(Tally.key) == key, Tally.count > 0).values(count=Tally.count - 1))


def forget(session: Session, limit: Limit, who: str) -> None:
    """`who` begins anew."""
    session.execute(delete(Tally).where(col(Tally.key) == _key(limit, who)))


def _key(limit: Limit, who: str) -> str:
    return f"{limit.name}/{who.lower()[:200]}"
