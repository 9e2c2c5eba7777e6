"""Hardware flavors: sizes an admin defines."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Flavor(SQLModel, table=True):
    name: str = Field(primary_key=True)
    pretty_name: str
    cpus: float
    memory: int = Field(description="MiB.")
    pids: int = 1024
    disk: int = Field(default=50 * 1024, description="MiB of ephemeral disk, as told to clients.")
    gpus: int = 0
    sleep_after: int | None = Field(default=None, description="Seconds; none: the platform's; -1: never.")
    freeze_after: int | None = Field(default=None, description="Seconds; none: the platform's; -1: never.")
    position: int = 0


DEFAULTS = [
    Flavor(name="cpu-basic", pretty_name="CPU basic", cpus=2, memory=16 * 1024, position=0),
    Flavor(name="cpu-upgrade", pretty_name="CPU upgrade", cpus=8, memory=32 * 1024, position=1),
]
"""Written at the first start; from then on the admin's."""
