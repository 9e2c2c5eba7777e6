"""Passwords: kept as argon2id hashes, made anew when the parameters change.

Hashing takes time and memory on purpose: it runs outside every transaction, and a few at a time.
"""

from __future__ import annotations

import functools
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlmodel import Session, col

from spaces import db
from spaces.errors import Invalid
from spaces.models import Password
from spaces.models.types import now

SHORTEST, LONGEST = 10, 1000

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(4)
"""64 MiB each: a crowd at the sign-in page waits instead of filling the memory."""


def make_hash(text: str, name: str) -> str:
    """What is kept of a new password of the user `name`; raises Invalid for one that is guessed at once."""
    if len(text) < SHORTEST:
        raise Invalid(
            f"A password has at least {SHORTEST} characters.",
            hint="A few words in a row are easy to keep.",
            code="password_short",
        )
    if len(text) > LONGEST:
        raise Invalid(f"A password has at most {LONGEST} characters.", code="password_long")
    if len(set(text.lower().replace(name.lower(), ""))) < 6:
        raise Invalid("This password is guessed at once.", hint="Use a few words in a row.", code="password_weak")
    with _turns:
        return _hasher.hash(text)


def store(session: Session, owner_id: int, hashed: str) -> None:
    """`hashed` is this person's password from now on. Whoever calls this also ends the sessions."""
    session.merge(Password(owner_id=owner_id, hash=hashed, changed_at=now()))


def matches(found: Password | None, text: str) -> bool:
    """True where `text` is the password. Takes as long where nobody has that name or no password is set."""
    with _turns:
        try:
            _hasher.verify(found.hash if found else _nobodys(), text[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    if found is None:
        return False
    if _hasher.check_needs_rehash(found.hash):
        _renew(found, text)
    return True


@functools.cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _renew(found: Password, text: str) -> None:
    """The same password under today's parameters; nothing where it was changed meanwhile."""
    with _turns:
        renewed = _hasher.hash(text)
    with db.writing() as session:
        same = (col(Password.owner_id) == found.owner_id, col(Password.hash) == found.hash)
        session.execute(update(Password).where(*same).values(hash=renewed))
