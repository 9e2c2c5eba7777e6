"""How a person is known to a browser: profile, password, sessions, one-time links, and counts of attempts."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class Profile(SQLModel, table=True):
    """What an owner says about itself; without a row it has said nothing."""

    owner_id: int = Field(primary_key=True, foreign_key="owner.id")
    full_name: str = ""
    email: str | None = Field(default=None, index=True)
    email_verified: bool = Field(
        default=False, description="The company's provider vouches for it; never what was typed."
    )


class Password(SQLModel, table=True):
    """Without a row there is no password: the person signs in by a token, a one-time link or the company's provider."""

    owner_id: int = Field(primary_key=True, foreign_key="owner.id")
    hash: str
    changed_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class BrowserSession(SQLModel, table=True):
    """Somebody signed in with a browser. Only the cookie's digest is kept, and a session that has ended has no row."""

    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    digest: str = Field(unique=True, index=True)
    token_id: int | None = Field(default=None, foreign_key="token.id", description="The token that opened it, if any.")
    agent: str = Field(default="", description="What the browser called itself.")
    address: str = ""
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    used_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime, description="Kept to about a minute.")
    expires_at: dt.datetime = Field(sa_type=UtcTime)


class Identity(SQLModel, table=True):
    """Whom the company's provider knows by this subject is this user here, whatever names or addresses change."""

    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class OneTimeLink(SQLModel, table=True):
    """Whoever holds the link may set this person's password, once. Using it or making another removes the row."""

    owner_id: int = Field(primary_key=True, foreign_key="owner.id")
    digest: str = Field(unique=True, index=True)
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: dt.datetime = Field(sa_type=UtcTime)


class Tally(SQLModel, table=True):
    """How often something was tried since its window began; void after `until`."""

    key: str = Field(primary_key=True)
    count: int = 0
    until: dt.datetime = Field(sa_type=UtcTime, index=True)
