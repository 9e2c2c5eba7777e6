"""Who belongs to an organization, and as what."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel

from spaces.models.types import EnumText, UtcTime, now


class MemberRole(StrEnum):
    """As the Hub has them."""

    ADMIN = "admin"
    """Also looks after the organization itself."""
    WRITE = "write"
    """Does everything with every repository of it."""
    CONTRIBUTOR = "contributor"
    """Creates repositories, and does everything with those; reads the others."""
    READ = "read"
    """Reads, private ones too."""


class Member(SQLModel, table=True):
    organization_id: int = Field(foreign_key="owner.id", primary_key=True)
    user_id: int = Field(foreign_key="owner.id", primary_key=True, index=True)
    role: MemberRole = Field(sa_type=EnumText(MemberRole))  # type: ignore[call-overload]
    since: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
