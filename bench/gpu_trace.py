"""A fleet, its owners, and a week of their Spaces' sessions, as recorded days look: drawn from one seed, so that all see the same.

Days have a shape in each owner's time zone, weekends are quieter, owners have bursts, a few Spaces have most visits, most
sessions are short and some go on for hours; then nobody comes, and after a while the Space would sleep.
"""

from __future__ import annotations

import itertools
import math
import random
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from spaces.gpus.fleet import Device, Need, Share

HOUR = 3600.0
WEEK = 7 * 24 * HOUR
MIXED = Need(min_memory=16_000)
"""Any whole GPU will do."""
MIXED_PART = 0.05
"""Of all use."""


@dataclass(frozen=True)
class Kind:
    """Devices of a fleet that are alike, and how often Spaces on them ask for what."""

    model: str
    memory: int
    part: float
    """Of the fleet's GPUs."""
    needs: dict[Need, float]
    slots: int = 1
    profile: str | None = None
    each: int = 1
    """MIG instances of this profile on one GPU."""


KINDS = {
    "t4": Kind("T4-16GB", 16_384, 0.32, {Need(model="T4-16GB"): 1.0}),
    "t4shared": Kind("T4-16GB", 16_384, 0.04, {Need(model="T4-16GB", slots=4): 1.0}, slots=4),
    "a10g": Kind(
        "A10G-24GB",
        24_576,
        0.32,
        {Need(model="A10G-24GB"): 0.9, Need(2, "A10G-24GB"): 0.07, Need(4, "A10G-24GB"): 0.03},
    ),
    "a100": Kind(
        "A100-80GB",
        81_920,
        0.20,
        {Need(model="A100-80GB"): 0.92, Need(4, "A100-80GB"): 0.06, Need(8, "A100-80GB"): 0.02},
    ),
    "a100x1g": Kind("A100-80GB", 9_728, 0.04, {Need(mig_profile="1g.10gb"): 1.0}, profile="1g.10gb", each=4),
    "a100x3g": Kind("A100-80GB", 40_192, 0.04, {Need(mig_profile="3g.40gb"): 1.0}, profile="3g.40gb"),
    "h100": Kind("H100-80GB", 81_920, 0.08, {Need(model="H100-80GB"): 0.97, Need(8, "H100-80GB"): 0.03}),
}
"""The instances of both MIG profiles are on the same GPUs."""


@dataclass(frozen=True)
class Session:
    """Somebody comes to a Space that sleeps, or to one that is awake already."""

    at: float
    space_id: int
    busy: float
    """Seconds of use."""


@dataclass(frozen=True)
class Place:
    """A Space: whose, on what, and how long it stays awake without visitors."""

    id: int
    owner_id: int
    need: Need
    tail: float


@dataclass(frozen=True)
class Trace:
    devices: list[Device]
    shares: dict[int, Share]
    spaces: dict[int, Place]
    sessions: list[Session]
    """In the order of time."""


def make(gpus: int, spaces: int, owners: int, load: float, seconds: float = WEEK, seed: int = 1) -> Trace:
    """A trace whose use, had everybody what they want at once, comes to `load` of each kind of device."""
    draw = random.Random(seed)
    devices = fleet(gpus)
    people = _owners(owners, gpus, draw)
    mix = _mix(devices)
    zones = {owner_id: _moments(draw, seconds) for owner_id in people}
    demand = {owner_id: draw.lognormvariate(0, 0.5) * share.weight**0.5 for owner_id, share in people.items()}
    chosen = draw.choices(list(people), [demand[owner_id] for owner_id in people], k=spaces)
    needs = draw.choices(list(mix), list(mix.values()), k=spaces)
    places = {
        number: Place(number, owner_id, need, draw.choice((600.0, 900.0, 900.0, 1800.0)))
        for number, (owner_id, need) in enumerate(zip(chosen, needs, strict=True), 1)
    }
    visits = [
        Session(at, place.id, min(draw.lognormvariate(math.log(25 * 60), 1.1), 12 * HOUR))
        for place in places.values()
        for at in _visits(draw, zones[place.owner_id], draw.paretovariate(1.4) * 3.2 * seconds / WEEK)
    ]
    sessions = _scaled(visits, places, devices, load, seconds)
    return Trace(devices, people, places, sorted(sessions, key=lambda session: (session.at, session.space_id)))


def fleet(gpus: int) -> list[Device]:
    """So many GPUs in the parts of `KINDS`."""
    devices = []
    for name, kind in KINDS.items():
        for number in range(max(round(gpus * kind.part), 1)):
            parent = f"GPU-split-{number:04}" if kind.profile else None
            devices += [
                Device(f"{name}-{number:04}-{n}", kind.model, kind.memory, kind.profile, parent, kind.slots)
                for n in range(kind.each)
            ]
    return devices


def kind_of(uuid: str) -> str:
    """The kind of device that bears this name."""
    return uuid.partition("-")[0]


def sizes(devices: list[Device]) -> dict[str, int]:
    """Thousandths of a GPU of each kind."""
    found: dict[str, int] = defaultdict(int)
    for device in devices:
        found[kind_of(device.uuid)] += device.cost * device.slots
    return found


def pool(need: Need) -> str | None:
    """The kind of device that the need is confined to; None where any will do."""
    return next((name for name, kind in KINDS.items() if need in kind.needs), None)


# -- private --------------------------------------------------------------------------------------


def _owners(count: int, gpus: int, draw: random.Random) -> dict[int, Share]:
    """Two in three have a guarantee, all together half of the fleet; one in four has a maximum."""
    weights = [draw.choice((1.0, 1.0, 1.0, 2.0, 2.0, 4.0)) for _ in range(count)]
    shares = {}
    for number, weight in enumerate(weights, 1):
        fair = gpus * weight / sum(weights)
        guarantee = float(math.floor(fair * 0.75)) if number % 3 else 0.0
        shares[number] = Share(guarantee, weight, None if number % 4 else float(max(math.ceil(fair * 2.5), 8)))
    return shares


def _mix(devices: list[Device]) -> dict[Need, float]:
    """How often a Space asks for what, so that every kind of device is asked for by its size; one in twenty takes any."""
    mix: dict[Need, float] = {}
    for name, size in sizes(devices).items():
        needs = KINDS[name].needs
        cost = sum(need.cost * often for need, often in needs.items())
        mix |= {need: size / cost * often for need, often in needs.items()}
    mix[MIXED] = sum(mix.values()) / 20
    return mix


def _moments(draw: random.Random, seconds: float) -> tuple[list[float], list[float]]:
    """Quarters of an hour with how much falls up to each: a day's shape in the owner's time zone, and its bursts."""
    zone = draw.choices((-6, 1, 8), (0.25, 0.5, 0.25))[0] + draw.uniform(-1.5, 1.5)
    bursts = [(at := draw.uniform(0, seconds), at + draw.uniform(1, 4) * HOUR) for _ in range(3)]
    starts = [n * HOUR / 4 for n in range(math.ceil(seconds / (HOUR / 4)))]
    weights = []
    for start in starts:
        local = (start / HOUR + zone) % 24
        weight = 0.25 + max(math.cos((local - 14.5) / 24 * 2 * math.pi) + 0.35, 0.0)
        if (start / HOUR + zone) // 24 % 7 >= 5:
            weight *= 0.6
        if any(begin <= start < end for begin, end in bursts):
            weight *= 4
        weights.append(weight)
    return starts, list(itertools.accumulate(weights))


def _visits(draw: random.Random, moments: tuple[list[float], list[float]], expected: float) -> list[float]:
    starts, sums = moments
    count = int(min(expected, 150.0)) + (draw.random() < expected % 1)
    return [
        starts[bisect_right(sums, draw.uniform(0, sums[-1] * 0.999999))] + draw.uniform(0, HOUR / 4)
        for _ in range(count)
    ]


def _scaled(
    visits: list[Session], places: dict[int, Place], devices: list[Device], load: float, seconds: float
) -> list[Session]:
    """Times of use stretched or shrunk by kind of device, so that each is asked for by `load`."""
    size: dict[str | None, float] = dict(sizes(devices))
    size[None] = MIXED_PART * sum(size.values())
    busy: dict[str | None, float] = defaultdict(float)
    tails: dict[str | None, float] = defaultdict(float)
    for visit in visits:
        place = places[visit.space_id]
        busy[pool(place.need)] += visit.busy * place.need.cost
        tails[pool(place.need)] += place.tail * place.need.cost
    stretch = {
        name: max(
            (load * size[name] * seconds * (1 if name is None else 1 - MIXED_PART) - tails[name]) / busy[name], 0.05
        )
        for name in busy
    }
    return [
        Session(visit.at, visit.space_id, visit.busy * stretch[pool(places[visit.space_id].need)]) for visit in visits
    ]
