"""Leases: who may do a thing that only one may do at a time, across processes."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime


class Lease(SQLModel, table=True):
    """`controller`, `engine` (in force while it answers), `space:{id}` (starting, freezing, stopping), `base-images`, ..."""

    name: str = Field(primary_key=True)
    holder: str
    until: dt.datetime = Field(sa_type=UtcTime)
