"""A link that opens one private Space's app for whoever has it."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class ShareLink(SQLModel, table=True):
    """Works until it ends, is used up or taken back, or its maker may not share the Space any more. Only the digest is kept."""

    id: int | None = Field(default=None, primary_key=True)
    # no foreign key: a Space's row goes when the controller says so, and its number is never given twice
    space_id: int = Field(index=True)
    owner_id: int = Field(foreign_key="owner.id", index=True, description="Who made it.")
    label: str = Field(default="", description="What it is for, as its maker put it.")
    digest: str = Field(unique=True, index=True)
    uses: int = Field(default=0, description="How often it let a browser in.")
    most: int | None = Field(default=None, description="How often it does at most; none: as often as somebody comes.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    expires_at: dt.datetime = Field(sa_type=UtcTime)
    used_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
