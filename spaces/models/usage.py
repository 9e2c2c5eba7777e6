"""What a Space was used for, hour by hour, and by how many."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime


class SpaceHour(SQLModel, table=True):
    """One hour of one Space; an hour in which nothing happened has no row. Kept for `DEMODOCK_ANALYTICS_DAYS`."""

    space_id: int = Field(primary_key=True)
    hour: dt.datetime = Field(primary_key=True, sa_type=UtcTime)
    visits: int = Field(default=0, description="Times that somebody came, after half an hour or more elsewhere.")
    visitors: int = Field(default=0, description="Those of them who came for the first time on that day.")
    awake_seconds: float = 0.0
    cpu_seconds: float = 0.0
    gpu_seconds: float = 0.0
    memory: int = Field(default=0, sa_type=BigInteger, description="Most bytes that were resident.")


class SpaceVisitor(SQLModel, table=True):
    """Somebody came on that day, by a digest that the next day's differs from. Rows go with their day."""

    space_id: int = Field(primary_key=True)
    day: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
