"""Who likes which repository: once a person."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class Like(SQLModel, table=True):
    owner_id: int = Field(foreign_key="owner.id", primary_key=True)
    number: int = Field(primary_key=True, index=True, description="The repository's, whatever its kind.")
    at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
