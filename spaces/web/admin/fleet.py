"""The GPUs as the console draws them: devices, on each its slots, in each whoever holds it; and who waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from spaces.gpus import inventory, scene
from spaces.gpus.devices import DeviceState
from spaces.gpus.scene import Scene
from spaces.models import Flavor, GpuDevice, GpuRequest, Owner, Reservation, Space
from spaces.models.types import now
from spaces.settings import get_settings

TONES = {
    DeviceState.READY: "good",
    DeviceState.CORDONED: "still",
    DeviceState.DRAINING: "busy",
    DeviceState.FAILED: "bad",
    DeviceState.GONE: "bad",
}


@dataclass(frozen=True)
class Holder:
    """A Space that has a slot."""

    number: int
    space: str
    owner: str
    since: dt.datetime
    idle_since: dt.datetime | None
    warned_at: dt.datetime | None
    borrowed: bool
    """Beyond its owner's guarantee: it gives back when somebody within theirs waits."""


@dataclass(frozen=True)
class Cell:
    """One device: a whole GPU, or a MIG instance of one."""

    device: GpuDevice
    places: list[Holder | None]
    """Its slots in their order; None: free."""

    @property
    def tone(self) -> str:
        return TONES[self.device.state]

    @property
    def memory(self) -> str:
        return f"{self.device.memory / 1024:.3g} GiB"

    @property
    def held(self) -> bool:
        return any(self.places)


@dataclass(frozen=True)
class Gpu:
    """A card in a machine, with what it is cut into."""

    cells: list[Cell]

    @property
    def first(self) -> GpuDevice:
        return self.cells[0].device

    @property
    def cut(self) -> bool:
        """It is cut into MIG instances."""
        return any(cell.device.parent for cell in self.cells)


@dataclass(frozen=True)
class Waiter:
    """A Space in the queue."""

    request: GpuRequest
    space: str
    owner: str
    label: str
    flavor: Flavor | None
    """None: there is no such hardware any more."""


def gpus(session: Session) -> list[Gpu]:
    """All devices that are known, in the driver's order; the MIG instances of one GPU together."""
    holders = _holders(session)
    found: dict[str, list[Cell]] = {}
    for device in inventory.devices(session):
        slots = holders.get(device.uuid, {})
        count = max([device.slots, *(slot + 1 for slot in slots)])
        found.setdefault(device.parent or device.uuid, []).append(Cell(device, [slots.get(n) for n in range(count)]))
    return [Gpu(cells) for cells in found.values()]


def waiting(session: Session) -> list[Waiter]:
    """The queue: who is next comes first, who cannot be served as things are comes last."""
    rows = (
        select(GpuRequest, Space, Owner, Flavor)
        .join(Space, col(Space.id) == GpuRequest.space_id)
        .join(Owner, col(Owner.id) == Space.owner_id)
        .join(Flavor, col(Flavor.name) == GpuRequest.flavor, isouter=True)
        .order_by(col(GpuRequest.place).is_(None), col(GpuRequest.place), col(GpuRequest.asked_at))
    )
    return [_waiter(*row) for row in session.exec(rows)]


# -- private --------------------------------------------------------------------------------------


def _waiter(request: GpuRequest, space: Space, owner: Owner, flavor: Flavor | None) -> Waiter:
    label = flavor.label if flavor else request.flavor
    return Waiter(request, f"{owner.name}/{space.name}", owner.name, label, flavor)


def _holders(session: Session) -> dict[str, dict[int, Holder]]:
    """By device and slot."""
    seen = scene.gather(session, scene.policy_of(get_settings()), now())
    borrowed = set(_borrowed(seen))
    rows = (
        select(Reservation, Space, Owner)
        .join(Space, col(Space.id) == Reservation.space_id)
        .join(Owner, col(Owner.id) == Reservation.owner_id)
    )
    found: dict[str, dict[int, Holder]] = {}
    for row, space, owner in session.exec(rows):
        found.setdefault(row.device, {})[row.slot] = Holder(
            number=row.space_id,
            space=f"{owner.name}/{space.name}",
            owner=owner.name,
            since=row.since,
            idle_since=row.idle_since,
            warned_at=row.warned_at,
            borrowed=row.token in borrowed,
        )
    return found


def _borrowed(seen: Scene) -> Iterable[str]:
    """Tokens of the holds that go beyond a guarantee, as the scheduler reckons it."""
    for owner_id in seen.board.owners:
        share = seen.shares.get(owner_id)
        for holds in seen.board.loans(owner_id, share.guarantee if share else 0).values():
            yield from (hold.id for hold in holds)
