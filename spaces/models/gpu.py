"""GPUs as the inventory last saw them: whole devices, or the MIG instances that one is cut into."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.gpus.devices import DeviceState, Order
from spaces.lifecycle import Reason
from spaces.models.types import EnumText, ModelJson, UtcTime, now


class GpuDevice(SQLModel, table=True):
    """A row outlives its device: one that comes back is known again. Only `spaces.gpus.inventory` writes `state`."""

    uuid: str = Field(primary_key=True, description="As the driver calls it: GPU-… or MIG-…")
    index: int = Field(description="Order in which the driver tells of it.")
    model: str = Field(description="As flavors name it, such as A100 or RTX 4090.")
    product: str = Field(description="As the driver names it.")
    memory: int = Field(description="MiB.")
    mig_profile: str | None = Field(default=None, description="Such as 1g.10gb; none: a whole device.")
    parent: str | None = Field(default=None, description="The device that a MIG instance is part of.")
    simulated: bool = False
    slots: int = Field(default=1, description="How many may hold it at the same time, without isolation; 1: one alone.")
    state: DeviceState = Field(default=DeviceState.READY, sa_type=EnumText(DeviceState))  # type: ignore[call-overload]
    order: Order = Field(default=Order.READY, sa_type=EnumText(Order))  # type: ignore[call-overload]
    reason: Reason | None = Field(default=None, sa_type=ModelJson(Reason))  # type: ignore[call-overload]
    since: dt.datetime = Field(default_factory=now, sa_type=UtcTime, description="When it came to `state`.")
    drain_until: dt.datetime | None = Field(default=None, sa_type=UtcTime, description="Then the busy go, too.")
    used_memory: int | None = Field(default=None, description="MiB, at the last look; none: the driver does not say.")
    busy: float | None = Field(default=None, description="Share of the time in use, at the last look; likewise.")
    first_seen_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    seen_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
