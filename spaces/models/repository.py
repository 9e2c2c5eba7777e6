"""Repositories beside Spaces' own: models and datasets. And what all three have in common."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlalchemy import DDL, event
from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.models.types import EnumText, UtcTime, now

FIRST_ID = 1_000_000_000
"""One number names one repository, whatever its kind: Spaces count from 1, models and datasets from here."""


class RepoKind(StrEnum):
    """As the Hub's clients call them."""

    MODEL = "model"
    DATASET = "dataset"
    SPACE = "space"

    @property
    def plural(self) -> str:
        """As it stands in the API's paths."""
        return f"{self.value}s"

    @property
    def prefix(self) -> str:
        """What stands before `owner/name` in addresses: models have nothing there."""
        return "" if self == RepoKind.MODEL else f"{self.plural}/"


class Visibility(StrEnum):
    """Who sees a repository that is not theirs."""

    PUBLIC = "public"
    PROTECTED = "protected"
    """Everybody may use the app, its people alone see the files. Only Spaces."""
    PRIVATE = "private"


class Repository(SQLModel, table=True):
    """A model or a dataset: files and nothing that runs."""

    __table_args__ = (UniqueConstraint("kind", "owner_id", "name_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    kind: RepoKind = Field(sa_type=EnumText(RepoKind))  # type: ignore[call-overload]
    owner_id: int = Field(foreign_key="owner.id", index=True)
    creator_id: int | None = Field(default=None, foreign_key="owner.id")
    name: str
    name_key: str
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=EnumText(Visibility))  # type: ignore[call-overload]
    head: str | None = Field(default=None, description="Commit of the default branch.")
    likes: int = Field(default=0, description="How many people like it: rows of `like`, counted.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    changed_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    gone_at: dt.datetime | None = Field(
        default=None, sa_type=UtcTime, description="Deleted then; the row stays until its files are gone."
    )


COUNT_FROM = {
    "sqlite": f"INSERT INTO sqlite_sequence (name, seq) VALUES ('repository', {FIRST_ID - 1})",
    "postgresql": f"ALTER SEQUENCE repository_id_seq RESTART WITH {FIRST_ID}",
}
"""Makes a new table's ids begin at `FIRST_ID`, by dialect."""

for dialect, statement in COUNT_FROM.items():
    event.listen(Repository.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[attr-defined]
