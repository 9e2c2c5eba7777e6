"""A name that a repository had before it was moved: it leads there until somebody takes it."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from spaces.models.repository import RepoKind
from spaces.models.types import EnumText


class FormerName(SQLModel, table=True):
    kind: RepoKind = Field(primary_key=True, sa_type=EnumText(RepoKind))  # type: ignore[call-overload]
    owner_id: int = Field(foreign_key="owner.id", primary_key=True)
    name_key: str = Field(primary_key=True)
    number: int = Field(index=True, description="The repository's, whatever its kind.")
