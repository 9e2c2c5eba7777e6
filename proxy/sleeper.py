"""The idle policy: who is frozen, who is put to sleep. `plan` decides without I/O; the controller acts.

Freeze keeps an app a tenth of a second away for the price of its compressed memory; sleep costs nothing. When memory and
swap run short, frozen Spaces go to sleep before their time, the least recently used first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Space
from spaces.settings import Settings


@dataclass(frozen=True)
class Idle:
    """An awake or frozen Space and how long nobody has used it. Times are seconds; -1: never."""

    space_id: int
    instance_id: int
    status: InstanceStatus
    idle: float
    freeze_after: int
    sleep_after: int
    busy: bool = False
    """The app uses CPU though nobody visits, or asks to stay awake."""


@dataclass(frozen=True)
class Freeze:
    space_id: int
    instance_id: int


@dataclass(frozen=True)
class Thaw:
    """Somebody sent something to a frozen instance over a connection that was open before."""

    space_id: int
    instance_id: int


@dataclass(frozen=True)
class Sleep:
    space_id: int
    instance_id: int
    why: str
    """`idle`, or `memory` where it goes before its time."""


def plan(spaces: Iterable[Idle], short_of_memory: bool, busy_cap: int) -> list[Freeze | Sleep]:
    """What the idle policy does now."""
    actions: list[Freeze | Sleep] = []
    frozen: list[Idle] = []
    for space in spaces:
        if space.busy and space.idle < busy_cap:
            continue
        if 0 <= space.sleep_after <= space.idle:
            actions.append(Sleep(space.space_id, space.instance_id, "idle"))
        elif space.status == InstanceStatus.FROZEN:
            frozen.append(space)
        elif 0 <= space.freeze_after <= space.idle:
            actions.append(Freeze(space.space_id, space.instance_id))
    if short_of_memory and frozen and not any(isinstance(action, Sleep) for action in actions):
        # One at a time: the next look tells whether it was enough.
        longest = max(frozen, key=lambda space: space.idle)
        actions.append(Sleep(longest.space_id, longest.instance_id, "memory"))
    return actions


def times(space: Space, flavor: Flavor | None, settings: Settings) -> tuple[int, int]:
    """Seconds to freeze and to sleep: the Space's own, else the flavor's, else the platform's. GPUs skip the freeze: a
    frozen process would keep its device."""

    def first(*values: int | None) -> int:
        return next(value for value in values if value is not None)

    freeze = first(space.freeze_after, flavor.freeze_after if flavor else None, settings.freeze_after)
    sleep = first(space.sleep_after, flavor.sleep_after if flavor else None, settings.sleep_after)
    return (-1 if flavor and flavor.gpus else freeze), sleep


def free_memory(meminfo: Path = Path("/proc/meminfo")) -> int:
    """MiB of memory and swap that are still to be had on this machine."""
    values = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
    return sum(int(values.get(key, "0 kB").split()[0]) for key in ("MemAvailable", "SwapFree")) // 1024
