"""What opens a private Space's gate for a browser or a page's program."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel

from spaces.models.types import EnumText, UtcTime, now


class PassKind(StrEnum):
    SIGN = "sign"
    """In an address, for one exchange, within a minute."""
    PROGRAM = "program"
    """In the addresses of a page's program, which cannot keep a cookie; may be exchanged once as well."""
    COOKIE = "cookie"
    """In a browser's cookie for that Space's host."""


class SpacePass(SQLModel, table=True):
    """Opens one Space for one person, as long as that person may visit it. Only the digest is kept."""

    id: int | None = Field(default=None, primary_key=True)
    # no foreign key: a Space's row goes when the controller says so, and its number is never given twice
    space_id: int = Field(index=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    token_id: int | None = Field(default=None, description="The token it was asked for with, and ends with.")
    session_id: int | None = Field(default=None, description="The browser session it was asked for in, and ends with.")
    share_id: int | None = Field(default=None, index=True, description="The share link it was got by, and ends with.")
    kind: PassKind = Field(sa_type=EnumText(PassKind))  # type: ignore[call-overload]
    digest: str = Field(unique=True, index=True)
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: dt.datetime = Field(sa_type=UtcTime)
