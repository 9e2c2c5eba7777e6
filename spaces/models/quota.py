"""What an owner may hold: one row for everybody, and one for each owner that an admin wanted otherwise."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now

EVERYBODY = 0
"""The owner of the row with the defaults: a number that no owner gets."""


class Quota(SQLModel, table=True):
    """Columns are the fields of `spaces.quotas.terms.Limits`. None: the default; -1: unlimited."""

    owner_id: int = Field(
        primary_key=True,
        sa_column_kwargs={"autoincrement": False},
        description="No foreign key: the defaults are nobody's.",
    )
    guarantee: float | None = None
    weight: float | None = None
    gpus: float | None = None
    gpu_seconds_per_day: float | None = None
    gpu_seconds_per_month: float | None = None
    cpus: float | None = None
    memory: float | None = Field(default=None, description="MiB.")
    running_spaces: float | None = None
    storage: float | None = Field(default=None, description="MiB.")
    builds: float | None = None
    builds_per_day: float | None = None
    changed_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
