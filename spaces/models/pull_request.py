"""Pull requests: changes that somebody proposes to a repository, under a ref of its own."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel
from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.models.types import EnumText, ModelJson, UtcTime, now


class PullStatus(StrEnum):
    """As the Hub's clients call them."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def open(self) -> bool:
        """It may still change, and be merged."""
        return self in (PullStatus.DRAFT, PullStatus.OPEN)


class PullEvent(BaseModel):
    """What somebody said or did."""

    id: str
    kind: Literal["comment", "status-change"]
    at: dt.datetime
    author: str = Field(description="Their name at that time.")
    text: str = Field(description="The comment, or the new status.")


class PullEvents(BaseModel):
    events: list[PullEvent] = []


class PullRequest(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("repository", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    repository: int = Field(index=True, description="A repository's number, of any kind.")
    number: int = Field(description="Counts from 1 in each repository.")
    author_id: int | None = Field(default=None, index=True, description="None: who opened it is no more.")
    author: str = Field(description="Their name at that time.")
    title: str
    status: PullStatus = Field(sa_type=EnumText(PullStatus))  # type: ignore[call-overload]
    base: str = Field(description="The branch that it is merged into.")
    merged: str | None = Field(default=None, description="Where the branch stood after that.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    log: PullEvents = Field(default_factory=PullEvents, sa_type=ModelJson(PullEvents))  # type: ignore[call-overload]

    @property
    def ref(self) -> str:
        """Where its commits are."""
        return f"refs/pr/{self.number}"
