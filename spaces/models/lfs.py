"""Large files that repositories hold."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class LfsObject(SQLModel, table=True):
    """One repository holds one large file: somebody who may write there has sent all of its bytes. Whether those lie on our
    disk for another repository's sake says nothing here."""

    repository: int = Field(primary_key=True, description="No foreign key: repositories are rows of several tables.")
    oid: str = Field(primary_key=True, index=True, description="SHA-256 of the content.")
    size: int = Field(sa_type=BigInteger)
    git_oid: str = Field(description="What git would call the content: clients tell by it what they need not send.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
