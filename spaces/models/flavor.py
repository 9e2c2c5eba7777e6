"""Hardware flavors: sizes an admin defines."""

from __future__ import annotations

from enum import StrEnum

from sqlmodel import Field, SQLModel

from spaces.models.types import EnumText

SHARED = "shared GPU, no isolation"


class Audience(StrEnum):
    """Whose Spaces may have a flavor."""

    EVERYBODY = "everybody"
    NAMED = "named"
    """Those of the owners named in `FlavorOwner`; and whichever an admin gives it to."""
    ADMINS = "admins"
    """Whichever an admin gives it to."""


class Flavor(SQLModel, table=True):
    """What it asks of GPUs stands in `gpu_*`, and is asked of each of the `gpus`."""

    name: str = Field(primary_key=True)
    pretty_name: str
    cpus: float
    memory: int = Field(description="MiB.")
    pids: int = 1024
    disk: int = Field(default=50 * 1024, description="MiB of ephemeral disk, as told to clients.")
    gpus: int = 0
    gpu_model: str | None = Field(default=None, description="Such as A100; none: any.")
    gpu_memory: int = Field(default=0, description="MiB at least, as sold: a device may report a tenth less.")
    mig_profile: str | None = Field(default=None, description="Such as 1g.10gb; none: a whole device.")
    gpu_slots: int = Field(
        default=1, description="Shares a device cut into so many, without isolation; 1: has it alone."
    )
    accelerator: str = Field(default="", description="What people are told of its GPUs.")
    audience: Audience = Field(default=Audience.EVERYBODY, sa_type=EnumText(Audience))  # type: ignore[call-overload]
    sleep_after: int | None = Field(default=None, description="Seconds; none: the platform's; -1: never.")
    freeze_after: int | None = Field(default=None, description="Seconds; none: the platform's; -1: never.")
    position: int = 0

    @property
    def label(self) -> str:
        """What people choose it by. Who shares a GPU can use up its memory, and by a driver's flaw see the others' work."""
        return f"{self.pretty_name} ({SHARED})" if self.gpus and self.gpu_slots > 1 else self.pretty_name


class FlavorOwner(SQLModel, table=True):
    """An owner whose Spaces may have a flavor that is not for everybody."""

    flavor: str = Field(primary_key=True, foreign_key="flavor.name")
    owner_id: int = Field(primary_key=True, foreign_key="owner.id")


GIB = 1024
GPU_SLEEP = 3600
"""An idle demo hands its GPU back after an hour, unless its people or an admin say otherwise."""


def _with_gpus(name: str, pretty: str, cpus: int, memory: int, count: int, model: str, each: int) -> Flavor:
    return Flavor(
        name=name,
        pretty_name=pretty,
        cpus=cpus,
        memory=memory * GIB,
        gpus=count,
        gpu_model=model,
        gpu_memory=each * GIB,
        accelerator=f"{count}x NVIDIA {model}",
        sleep_after=GPU_SLEEP,
    )


DEFAULTS = [
    Flavor(name="cpu-basic", pretty_name="CPU basic", cpus=2, memory=16 * GIB),
    Flavor(name="cpu-upgrade", pretty_name="CPU upgrade", cpus=8, memory=32 * GIB),
    _with_gpus("t4-small", "Nvidia T4 - small", 4, 15, 1, "T4", 15),
    _with_gpus("t4-medium", "Nvidia T4 - medium", 8, 30, 1, "T4", 15),
    _with_gpus("a10g-small", "Nvidia A10G - small", 4, 15, 1, "A10G", 24),
    _with_gpus("a10g-large", "Nvidia A10G - large", 12, 46, 1, "A10G", 24),
    _with_gpus("a10g-largex2", "2x Nvidia A10G - large", 24, 92, 2, "A10G", 24),
    _with_gpus("a10g-largex4", "4x Nvidia A10G - large", 48, 184, 4, "A10G", 24),
    _with_gpus("l4x1", "1x Nvidia L4", 8, 30, 1, "L4", 24),
    _with_gpus("l4x4", "4x Nvidia L4", 48, 186, 4, "L4", 24),
    _with_gpus("l40sx1", "1x Nvidia L40S", 8, 62, 1, "L40S", 48),
    _with_gpus("l40sx4", "4x Nvidia L40S", 48, 382, 4, "L40S", 48),
    _with_gpus("l40sx8", "8x Nvidia L40S", 192, 1534, 8, "L40S", 48),
    _with_gpus("a100-large", "Nvidia A100 - large", 12, 142, 1, "A100", 80),
    _with_gpus("a100x4", "4x Nvidia A100", 48, 568, 4, "A100", 80),
    _with_gpus("a100x8", "8x Nvidia A100", 96, 1136, 8, "A100", 80),
    _with_gpus("h100", "Nvidia H100", 23, 240, 1, "H100", 80),
    _with_gpus("h100x8", "8x Nvidia H100", 184, 1920, 8, "H100", 80),
    _with_gpus("rtx-pro-6000", "Nvidia RTX PRO 6000", 22, 240, 1, "RTX PRO 6000", 96),
    _with_gpus("rtx-pro-6000x2", "2x Nvidia RTX PRO 6000", 44, 480, 2, "RTX PRO 6000", 96),
    _with_gpus("rtx-pro-6000x4", "4x Nvidia RTX PRO 6000", 88, 960, 4, "RTX PRO 6000", 96),
    _with_gpus("rtx-pro-6000x8", "8x Nvidia RTX PRO 6000", 176, 1920, 8, "RTX PRO 6000", 96),
]
"""Written at the first start, in this order; from then on the admin's. Only those that some device fits are offered."""
