"""An instance: one running container of a revision."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.lifecycle import InstanceStatus, Reason
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class Instance(SQLModel, table=True):
    """The row is written before the container is made: a crash between the two leaves an intent, never an orphan."""

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    revision_id: int = Field(foreign_key="revision.id", index=True)
    generation: int = 0
    name: str = Field(unique=True)
    hardware: str | None = Field(default=None, description="Flavor it was started with; none: by an earlier version.")
    container_id: str | None = None
    status: InstanceStatus = Field(default=InstanceStatus.STARTING, sa_type=EnumText(InstanceStatus))  # type: ignore[call-overload]
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    folders: str = Field(default="[]", description="JSON list of the shelf's folders that it has mounted.")
    address: str | None = Field(default=None, description="IP address on the Space's network.")
    port: int = 7860
    crashes: int = Field(default=0, description="In a row, since it last answered for a minute.")
    retry_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    started_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    ready_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    drain_until: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    frozen_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
