"""Who holds which GPU, and who waits for one."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.lifecycle import Reason
from spaces.models.types import ModelJson, UtcTime, now


class Reservation(SQLModel, table=True):
    """One slot of one device, held by one instance; an instance with four devices has four rows with one token.

    There is a row only while it is held. That a device is never promised twice is the constraint's doing: two who count
    at the same moment both find room, two who insert the same slot do not."""

    __table_args__ = (UniqueConstraint("device", "slot"),)

    id: int | None = Field(default=None, primary_key=True)
    device: str = Field(description="UUID, as the driver calls it.")
    slot: int = 0
    space_id: int = Field(foreign_key="space.id", index=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    flavor: str
    instance: str = Field(index=True, description="Name of the instance that may be started with it.")
    token: str = Field(index=True, description="Fence: a start that was given another token must not use the device.")
    since: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    used_since: dt.datetime | None = Field(
        default=None, sa_type=UtcTime, description="When its instance first ran with it; seconds count from there."
    )
    idle_since: dt.datetime | None = Field(
        default=None, sa_type=UtcTime, description="Last use of its instance, where nobody uses it and it is not busy."
    )
    warned_at: dt.datetime | None = Field(
        default=None, sa_type=UtcTime, description="When its people were told that another waits for it."
    )


class GpuRequest(SQLModel, table=True):
    """A Space that wants to start and waits for devices. Its place in the queue is the scheduler's, told here."""

    space_id: int = Field(primary_key=True, foreign_key="space.id")
    owner_id: int = Field(foreign_key="owner.id", index=True)
    flavor: str
    asked_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    place: int | None = Field(default=None, description="1 is next; none: it cannot be granted as things are.")
    line: int = Field(default=0, description="How many wait for the same devices, this one included.")
    estimate: int | None = Field(default=None, description="Seconds, where something tells how long it may take.")
    waits: str = Field(default="in_line", description="Why: a value of `spaces.gpus.decision.Waits`, or `never`.")
    cause: str = Field(default="", description="What made it wait, where that was not its own start.")
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
