"""Invitations to organizations, and what an owner wants for its new repositories."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.member import MemberRole
from spaces.models.repository import Visibility
from spaces.models.types import EnumText, UtcTime, now


class Invitation(SQLModel, table=True):
    """Bound to its recipient: a user, or whoever shows that an e-mail address is theirs. Used, declined or taken back it has
    no row any more."""

    # An id is what its recipient accepts: never given twice (SQLite would, after a delete).
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="owner.id", index=True)
    role: MemberRole = Field(sa_type=EnumText(MemberRole))  # type: ignore[call-overload]
    user_id: int | None = Field(default=None, foreign_key="owner.id", index=True)
    email: str | None = Field(default=None, index=True, description="Lower-cased; where there is no `user_id`.")
    digest: str = Field(unique=True, index=True, description="Of the secret in its link.")
    inviter_id: int = Field(foreign_key="owner.id")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: dt.datetime = Field(sa_type=UtcTime)


class OwnerDefaults(SQLModel, table=True):
    """What a new repository of this owner gets where its creator says nothing; none: the platform's."""

    owner_id: int = Field(primary_key=True, foreign_key="owner.id")
    visibility: Visibility | None = Field(default=None, sa_type=EnumText(Visibility))  # type: ignore[call-overload]
    hardware: str | None = None
    sleep_after: int | None = Field(default=None, description="Seconds; -1: never.")
