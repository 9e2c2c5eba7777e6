"""What happened to a Space: every stage change with was, now, reason and actor. Append-only."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.lifecycle import Phase, Reason, Stage
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class Event(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(index=True, description="No foreign key: events outlive the Space.")
    space: str = Field(description="owner/name at that time.")
    at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    was: Stage = Field(sa_type=EnumText(Stage))  # type: ignore[call-overload]
    now: Stage = Field(sa_type=EnumText(Stage))  # type: ignore[call-overload]
    phase: Phase = Field(sa_type=EnumText(Phase))  # type: ignore[call-overload]
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    actor: str = "platform"
