"""A Space: one repository plus its settings, and where it stands."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from sqlmodel import Field, SQLModel, UniqueConstraint

from spaces.lifecycle import Intent, Phase, Reason, Stage
from spaces.models.repository import Visibility
from spaces.models.studio import StudioSettings
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class Space(SQLModel, table=True):
    """`revision_id` serves, by the instance `instance_id`; `next_revision_id` is built and not yet proven. Only `spaces.moves.move` writes `stage`."""

    # An id names the repository, the volume, logs and events: never given twice (SQLite would, after a delete).
    __table_args__ = (UniqueConstraint("owner_id", "name_key"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="owner.id", index=True)
    creator_id: int | None = Field(default=None, foreign_key="owner.id")
    name: str
    name_key: str
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=EnumText(Visibility))  # type: ignore[call-overload]
    subdomain: str = Field(unique=True, index=True)
    subnet: int = Field(unique=True, description="Which /28 of the pool its network uses.")

    stage: Stage = Field(default=Stage.NO_APP_FILE, sa_type=EnumText(Stage))  # type: ignore[call-overload]
    phase: Phase = Field(default=Phase.IDLE, sa_type=EnumText(Phase))  # type: ignore[call-overload]
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    intent: Intent = Field(default=Intent.AWAKE, sa_type=EnumText(Intent))  # type: ignore[call-overload]

    head: str | None = Field(default=None, description="Commit of the default branch.")
    revision_id: int | None = Field(default=None)
    next_revision_id: int | None = Field(default=None)
    instance_id: int | None = Field(default=None, description="The instance that visitors get, awake or frozen.")
    generation: int = Field(
        default=0,
        description="Raised by a restart, a changed secret, variable or hardware: a new instance replaces the old.",
    )
    next_build: int = Field(default=1, description="Number that the next build gets.")

    sdk: str | None = None
    title: str | None = None
    hardware: str = "cpu-basic"
    sleep_after: int | None = Field(default=None, description="Seconds; none: the flavor's; -1: never.")
    freeze_after: int | None = Field(default=None, description="Seconds; none: the flavor's; -1: never.")
    studio: StudioSettings | None = Field(default=None, sa_type=ModelJson(StudioSettings))  # type: ignore[call-overload]
    sites: str | None = Field(
        default=None, description="Other sites that may frame it, as `spaces.embedding` spells them; none: all."
    )
    template: bool = Field(default=False, description="Offered as the beginning of other Spaces.")
    likes: int = Field(default=0, description="How many people like it: rows of `like`, counted.")
    storage: int = Field(default=0, description="GiB of /data; 0: no volume.")

    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    changed_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime, description="Last push or setting.")
    stage_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    active_at: dt.datetime = Field(
        default_factory=now, sa_type=UtcTime, description="Last visit; kept to about ten seconds."
    )


class EnvKind(StrEnum):
    SECRET = "secret"
    VARIABLE = "variable"


class EnvEntry(SQLModel, table=True):
    """A secret (`value` is sealed with the installation's key) or a variable (`value` is plain)."""

    __table_args__ = (UniqueConstraint("space_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    space_id: int = Field(foreign_key="space.id", index=True)
    kind: EnvKind = Field(sa_type=EnumText(EnvKind))  # type: ignore[call-overload]
    key: str
    value: str
    description: str = ""
    updated_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class Tombstone(SQLModel, table=True):
    """A subdomain that was somebody's: nobody else gets it before `until`."""

    subdomain: str = Field(primary_key=True)
    owner_id: int
    until: dt.datetime = Field(sa_type=UtcTime)
