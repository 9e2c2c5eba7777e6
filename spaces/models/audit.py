"""The audit log: who changed what, and how it was before. The database itself refuses to change or remove a line."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.append_only import append_only
from spaces.models.types import UtcTime, now


class AuditEntry(SQLModel, table=True):
    # A line's number is never given twice (SQLite would, after a delete).
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(default_factory=now, sa_type=UtcTime, index=True)
    actor: str = Field(index=True, description="Their name at that time; `platform` where nobody asked for it.")
    action: str = Field(index=True, description="A verb with its object, such as `quota.change`.")
    kind: str = Field(description="Of what it was done to: `owner`, `space`, `gpu` …")
    subject: str = Field(
        index=True, description="Its name at that time. No foreign key: lines outlive all they tell of."
    )
    before: str | None = Field(default=None, description="JSON; none: there was nothing.")
    after: str | None = Field(default=None, description="JSON; none: there is nothing any more.")


append_only(AuditEntry)
