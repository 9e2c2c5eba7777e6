"""Owners (users and organizations) and the tokens of users."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel

from spaces.models.types import EnumText, UtcTime, now


class OwnerKind(StrEnum):
    USER = "user"
    ORGANIZATION = "organization"


class Role(StrEnum):
    """What a user may do on the platform as a whole."""

    ADMIN = "admin"
    MEMBER = "member"


class TokenScope(StrEnum):
    """What a token may do at most; as the Hub's clients call them."""

    READ = "read"
    WRITE = "write"
    FINE_GRAINED = "fineGrained"
    """What its grants say, and what everybody may."""


class Reach(StrEnum):
    """How far an app gets in a person's name: what its OAuth scopes leave of what the person may. Never to their account, and
    never to what they may as an admin of the platform."""

    IDENTITY = "identity"
    """Knows who they are, and sees what everybody sees."""
    READ = "read"
    """Reads what they may read, private repositories too."""
    EDIT = "edit"
    """Changes their repositories' files and settings."""
    MANAGE = "manage"
    """Creates and deletes repositories, too."""


class Owner(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(unique=True, index=True, description="The name, lower-cased: names differ by more than case.")
    kind: OwnerKind = Field(default=OwnerKind.USER, sa_type=EnumText(OwnerKind))  # type: ignore[call-overload]
    role: Role = Field(default=Role.MEMBER, sa_type=EnumText(Role))  # type: ignore[call-overload]
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class Token(SQLModel, table=True):
    """Only the digest is kept: a lost token can be replaced, not read."""

    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    name: str
    prefix: str = Field(description="First characters, for people to tell tokens apart.")
    digest: str = Field(unique=True, index=True)
    scope: TokenScope = Field(sa_type=EnumText(TokenScope))  # type: ignore[call-overload]
    scopes: str | None = Field(default=None, description="Set: an app holds it, with these OAuth scopes.")
    grant_id: int | None = Field(default=None, index=True, description="The OAuth grant it was given under.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    grants: str = Field(default="[]", description="JSON list, where the scope is fine-grained: `spaces.grants`.")
    expires_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    used_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
