"""Devices that a setting describes, for trying out and testing what no machine at hand has.

    sim:4xA100-80GB,2xT4-16GB                     four and two whole devices
    sim:1xA100-80GB/7x1g.10gb                     one, cut into seven MIG instances
    sim:2xH100-80GB/1x3g.40gb+2x2g.20gb           two, each cut into three

A device's UUID is made of the installation, its kind and its number among its kind: it stays the same over restarts and when other
kinds are added. `fault_file` breaks one while everything runs.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from spaces.errors import Invalid
from spaces.gpus.source import SIMULATED, Look, Seen
from spaces.settings import Settings

MOST = 1024
"""Devices of one installation."""
ALLOWED = "simulated devices such as sim:4xA100-80GB,2xT4-16GB or, with MIG instances, sim:1xA100-80GB/7x1g.10gb"
MIG_SLICES = 7
"""Compute slices of a device."""
RESERVED = 0.05
"""What the driver keeps of a device's memory before it divides the rest."""


@dataclass(frozen=True)
class Kind:
    """One part of the setting."""

    count: int
    model: str
    memory: int
    """GB."""
    slices: tuple[tuple[int, str], ...] = ()
    """MIG instances of each device: how many of which profile."""


class SimulatedSource:
    simulated = True

    def __init__(self, settings: Settings) -> None:
        self._devices = devices(parse(settings.gpus), settings.installation)
        self._faults = fault_file(settings)

    def look(self) -> Look:
        return Look(faulted(self._devices, _read(self._faults)))


def parse(text: str) -> tuple[Kind, ...]:
    """What `sim:…` describes; raises Invalid with the part that is wrong."""
    kinds = tuple(_kind(part.strip()) for part in text.removeprefix(SIMULATED).split(","))
    if sum(kind.count for kind in kinds) > MOST:
        raise _wrong(text, f"more than {MOST} devices")
    return kinds


def devices(kinds: tuple[Kind, ...], installation: str) -> tuple[Seen, ...]:
    """The devices, all well; of a device in MIG mode only its instances, as nobody can be given the whole."""
    made: list[Seen] = []
    index, so_far = 0, Counter[str]()
    for kind in kinds:
        name = f"{kind.model}-{kind.memory}GB"
        for _ in range(kind.count):
            key = f"{installation}/{name}/{so_far[name]}"
            so_far[name] += 1
            whole = Seen(_uuid("GPU", key), index, f"NVIDIA {name}", kind.memory * 1024)
            made += _instances(whole, kind, key) if kind.slices else [whole]
            index += 1
    return tuple(made)


def fault_file(settings: Settings) -> Path:
    """Lines of it break simulated devices: `NUMBER-or-UUID failed WHY`, `… xid WHY`, `… missing`, `… busy SHARE`."""
    return settings.data / "simulated-gpus"


def faulted(there: tuple[Seen, ...], text: str) -> tuple[Seen, ...]:
    """The devices with what the lines of `text` say of them. Lines that say nothing we know are ignored."""
    said: dict[str, tuple[str, str]] = {}
    for line in text.splitlines():
        which, _, rest = line.partition(" ")
        word, _, more = rest.strip().partition(" ")
        said[which] = (word, more.strip())
    told = []
    for seen in there:
        names = [name for name in (seen.uuid, seen.parent, str(seen.index)) if name and name in said]
        told.append(_with(seen, *said[names[0]]) if names else seen)
    return tuple(seen for seen in told if seen)


# -- private --------------------------------------------------------------------------------------

_PART = re.compile(
    r"(?P<count>\d{1,5})x(?P<model>[A-Za-z][A-Za-z0-9 ]*(?:-[A-Za-z0-9 ]+)*)-(?P<memory>\d{1,5})GB(?:/(?P<slices>.+))?"
)
_SLICE = re.compile(r"(?P<count>\d{1,2})x(?P<profile>(?P<g>[1-7])g\.(?P<gb>\d{1,4})gb)")


def _kind(part: str) -> Kind:
    found = _PART.fullmatch(part)
    if not found or not int(found["count"]) or not int(found["memory"]):
        raise _wrong(part, "is no COUNTxMODEL-MEMORYGB")
    memory = int(found["memory"])
    slices = [_SLICE.fullmatch(piece) for piece in found["slices"].split("+")] if found["slices"] else []
    cut = [piece for piece in slices if piece and int(piece["count"])]
    if len(cut) != len(slices):
        raise _wrong(part, "has a MIG instance that is no COUNTxPROFILE such as 7x1g.10gb")
    for name, most in (("g", MIG_SLICES), ("gb", memory)):
        if sum(int(piece["count"]) * int(piece[name]) for piece in cut) > most:
            raise _wrong(part, f"asks for more MIG instances than {most} {name} hold")
    return Kind(int(found["count"]), found["model"], memory, tuple((int(p["count"]), p["profile"]) for p in cut))


def _wrong(part: str, why: str) -> Invalid:
    return Invalid(f"DEMODOCK_GPUS: {part[:100]!r} {why}.", hint=f"Allowed: auto, none, or {ALLOWED}.", code="gpus")


def _instances(whole: Seen, kind: Kind, key: str) -> list[Seen]:
    return [
        Seen(
            _uuid("MIG", f"{key}/{profile}/{number}"),
            whole.index,
            whole.product,
            int(int(profile.partition(".")[2].removesuffix("gb")) * 1024 * (1 - RESERVED)),
            mig_profile=profile,
            parent=whole.uuid,
        )
        for count, profile in kind.slices
        for number in range(count)
    ]


def _uuid(prefix: str, key: str) -> str:
    return f"{prefix}-{uuid.uuid5(uuid.NAMESPACE_OID, key)}"


def _with(seen: Seen, word: str, more: str) -> Seen | None:
    match word:
        case "missing":
            return None
        case "failed" | "xid":
            return replace(seen, failure=more or "It failed, as the file of simulated faults says.", once=word == "xid")
        case "busy":
            return replace(seen, busy=_share(more), used_memory=seen.memory // 2)
    return seen


def _share(text: str) -> float:
    try:
        return min(max(float(text or 1), 0.0), 1.0)
    except ValueError:
        return 1.0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
