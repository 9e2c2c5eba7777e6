"""The ledger of GPU time: what was held, by whom and how long. Written when a hold ends, and never again."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.models.append_only import append_only
from spaces.models.types import UtcTime, now


class GpuUse(SQLModel, table=True):
    """One device held by one instance on one UTC day. A hold that gave nobody anything has a line with no seconds, which says
    why. Names are those of that time: lines outlive all they tell of."""

    __table_args__ = (UniqueConstraint("token", "device", "slot", "day"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(description="The reservation's: settling one twice is settling it once.")
    device: str = Field(description="UUID.")
    slot: int = 0
    model: str
    share: float = Field(default=1.0, description="Which part of a whole device it is.")
    owner_id: int = Field(index=True)
    owner: str
    space_id: int = Field(index=True)
    space: str = Field(description="owner/name.")
    day: dt.date = Field(index=True, description="In UTC.")
    started_at: dt.datetime = Field(sa_type=UtcTime)
    ended_at: dt.datetime = Field(sa_type=UtcTime)
    seconds: float = Field(description="GPU-seconds: the time, times `share`.")
    middle: float = Field(
        description="The moment between start and end, as a Unix time: where the seconds are, on average."
    )
    refunded: str = Field(default="", description="Why nothing is counted; empty: it is.")
    written_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


append_only(GpuUse)
