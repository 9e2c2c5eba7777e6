"""What a Space's app last told of its endpoints."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class SpaceInterface(SQLModel, table=True):
    space_id: int = Field(primary_key=True)
    revision_id: int | None = Field(default=None, description="The revision that told it.")
    told: str = Field(description="JSON: `spaces.interface.shape.Interface`.")
    at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
