"""Imports: repositories that are fetched from elsewhere to become Spaces."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from spaces.lifecycle import BuildStatus, Reason
from spaces.models.repository import Visibility
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class Import(SQLModel, table=True):
    """One wish and what came of it. `attempt` fences as it does for builds."""

    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(description="Of the git repository.")
    branch: str | None = Field(default=None, description="None: the source's default branch.")
    actor_id: int = Field(foreign_key="owner.id", index=True)
    owner: str = Field(description="Of the Space to come.")
    name: str
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=EnumText(Visibility))  # type: ignore[call-overload]
    status: BuildStatus = Field(default=BuildStatus.QUEUED, index=True, sa_type=EnumText(BuildStatus))  # type: ignore[call-overload]
    step: str = Field(default="queued", description="What goes on, for people.")
    received: int = Field(default=0, sa_type=BigInteger, description="Bytes so far.")
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    attempt: int = 0
    lease_until: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    space_id: int | None = None
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    finished_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
