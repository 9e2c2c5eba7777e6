"""Builds (attempts to turn a commit into an image) and revisions (those that can serve)."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.card import SpaceConfig
from spaces.lifecycle import BuildStatus, Phase, Reason
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class Build(SQLModel, table=True):
    """`attempt` fences: a worker acts for the attempt it claimed, and every write says `WHERE attempt = ...`."""

    __table_args__ = (UniqueConstraint("space_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    number: int
    commit: str
    factory: bool = Field(default=False, description="Use no cached layer.")
    actor: str = "platform"
    status: BuildStatus = Field(default=BuildStatus.QUEUED, index=True, sa_type=EnumText(BuildStatus))  # type: ignore[call-overload]
    phase: Phase = Field(default=Phase.QUEUED, sa_type=EnumText(Phase))  # type: ignore[call-overload]
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    attempt: int = 0
    lease_until: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    revision_id: int | None = None
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    started_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    finished_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class Revision(SQLModel, table=True):
    """One built commit that can serve. `image` is empty for a static Space: its files lie in the data directory."""

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    build_id: int = Field(unique=True)
    commit: str
    image: str = Field(default="", description="Image id, `sha256:...`.")
    config: SpaceConfig = Field(sa_type=ModelJson(SpaceConfig))  # type: ignore[call-overload]
    command: str = Field(default="[]", description="JSON list: what the instance runs.")
    dependencies: str = Field(default="", description="Resolved dependency list, one `name==version` a line.")
    layers: str = Field(default="[]", description="JSON list of layer image ids this revision stands on.")
    preload: str = Field(default="", description="Folder of the shelf that its instances have mounted.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    start_seconds: float | None = Field(default=None, description="Last time from start to first answer.")
