"""Where devices come from: a source tells, at each look, which there are and how they are.

`nvml.py` asks NVIDIA's driver, `simulated.py` reads a setting; `choose` picks by DEMODOCK_GPUS.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from spaces.errors import Busy, Invalid
from spaces.settings import Settings

AUTO, NONE, SIMULATED = "auto", "none", "sim:"


@dataclass(frozen=True)
class Seen:
    """One device, or one MIG instance of a device, at one look."""

    uuid: str
    index: int
    product: str
    """As the driver names it."""
    memory: int
    """MiB."""
    mig_profile: str | None = None
    parent: str | None = None
    used_memory: int | None = None
    busy: float | None = None
    """Share of the time in use, 0 to 1."""
    failure: str = ""
    """Why nobody can count on it; empty: it is well."""
    once: bool = False
    """The failure was a moment's and leaves no trace: an admin has to look at the device before it is used again."""

    @property
    def model(self) -> str:
        return model_of(self.product)


@dataclass(frozen=True)
class Look:
    """All devices there are. Where there are none, `obstacle` says why."""

    devices: tuple[Seen, ...] = ()
    obstacle: str = ""
    mend: str = ""


class SourceSilent(Busy):
    """The driver is there and does not answer: nothing is known now."""

    code = "gpus_silent"


class Source(Protocol):
    """One look at a time, from one thread."""

    simulated: bool

    def look(self) -> Look:
        """The devices as they are now. Raises SourceSilent."""
        ...


class NoSource:
    """`none`: whatever there is, it is not Demodock's."""

    simulated = False

    def look(self) -> Look:
        return Look(obstacle="DEMODOCK_GPUS is none")


def choose(settings: Settings) -> Source:
    """The source that DEMODOCK_GPUS names; raises Invalid where it names none."""
    from spaces.gpus.nvml import NvmlSource
    from spaces.gpus.simulated import ALLOWED, SimulatedSource

    if settings.gpus == AUTO:
        return NvmlSource()
    if settings.gpus == NONE:
        return NoSource()
    if settings.gpus.startswith(SIMULATED):
        return SimulatedSource(settings)
    raise Invalid(f"DEMODOCK_GPUS is {settings.gpus!r}.", hint=f"Allowed: auto, none, or {ALLOWED}.", code="gpus")


def model_of(product: str) -> str:
    """`A100` of `NVIDIA A100-SXM4-80GB`: what flavors ask for. Maker, form factor, memory and MIG profile say no more."""
    name = _MIG.sub("", product)
    kept = [word for word in re.split(r"[\s-]+", name) if word and not _NOISE.fullmatch(word)]
    return " ".join(kept) or product


# -- private --------------------------------------------------------------------------------------

_MIG = re.compile(r"\s+MIG\s.*$")
_NOISE = re.compile(
    r"NVIDIA|Tesla|Quadro|GeForce|Graphics|Device|SXM\d*|PCIE?|PG\d+|NVL|HBM\w*|GPU|Blackwell|Generation|"
    r"Server|Workstation|Max|Q|Edition|\d+GB",
    re.IGNORECASE,
)
