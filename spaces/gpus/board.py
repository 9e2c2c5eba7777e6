"""Who has which device, kept so that a decision need not look at every one. Whoever owns the board keeps it current.

The controller makes one of its rows for each decision; with a thousand GPUs it is worth keeping, and each grant and release is
then a change of one entry. Asking the board changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from spaces.gpus.fleet import GPU, Device, Hold, Need
from spaces.gpus.loans import borrowed


class DoubleBooking(AssertionError):
    """Two holds claim one slot: whoever wrote them down made a mistake that the database should have refused."""


class Kind:
    """Devices that are as good as each other for every need there could be."""

    def __init__(self, example: Device) -> None:
        self.example = example
        self.alone = example.slots == 1 and example.parent is None
        """Who has one of them has no neighbours."""
        self.known: dict[str, Device] = {}
        self.open: set[str] = set()
        self.free: set[str] = set()
        """Open, with a slot that nobody has."""


class Board:
    """Devices and holds."""

    def __init__(self, devices: Iterable[Device] = (), holds: Iterable[Hold] = ()) -> None:
        self.devices: dict[str, Device] = {}
        self.holds: dict[str, Hold] = {}
        self.taken: dict[str, dict[int, str]] = {}
        """Slots of a device, and the hold that has each."""
        self.warned: dict[str, Hold] = {}
        self.ending: dict[str, Hold] = {}
        self.by_owner: dict[int, dict[str, Hold]] = {}
        self._kinds: dict[tuple[object, ...], Kind] = {}
        self._kinds_for: dict[Need, tuple[Kind, ...]] = {}
        self._costs: dict[str, int] = {}
        self._held: dict[int, int] = {}
        self._siblings: dict[str, int] = {}
        self._loans: dict[int, tuple[float, dict[Kind, list[Hold]]]] = {}
        for device in devices:
            self.put(device)
        for hold in holds:
            self.take(hold)

    # what is asked

    def held(self, owner_id: int) -> int:
        """Thousandths of a GPU that an owner has."""
        return self._held.get(owner_id, 0)

    def cost(self, hold: Hold) -> int:
        """Thousandths of a GPU that a hold counts for."""
        return self._costs[hold.id]

    @property
    def owners(self) -> Mapping[int, int]:
        """Owners that hold something, with how much."""
        return self._held

    def kind(self, uuid: str) -> Kind:
        return self._kinds[_kind(self.devices[uuid])]

    def kinds(self) -> Iterable[Kind]:
        return self._kinds.values()

    def kinds_for(self, need: Need) -> tuple[Kind, ...]:
        """Kinds that fit the need, those with the least memory first: what has more is kept for who needs more."""
        found = self._kinds_for.get(need)
        if found is None:
            fitting = [kind for kind in self._kinds.values() if need.fits(kind.example)]
            found = tuple(sorted(fitting, key=lambda kind: (kind.example.memory, kind.example.model)))
            self._kinds_for[need] = found
        return found

    def spare_slots(self, uuid: str) -> list[int]:
        taken = self.taken.get(uuid, {})
        return [slot for slot in range(self.devices[uuid].slots) if slot not in taken]

    def crowd(self, uuid: str) -> int:
        """How much is in use around a device's free slot: its other slots, and its GPU's other instances."""
        device = self.devices[uuid]
        return len(self.taken.get(uuid, ())) + self._siblings.get(device.parent or "", 0)

    def loans(self, owner_id: int, guarantee: float) -> Mapping[Kind, list[Hold]]:
        """What an owner borrowed, by kind of device."""
        known = self._loans.get(owner_id)
        if known is None or known[0] != guarantee:
            found: dict[Kind, list[Hold]] = {}
            if self.held(owner_id) > guarantee * GPU:
                mine = ((hold, self._costs[hold.id]) for hold in self.by_owner[owner_id].values())
                for hold in borrowed(mine, guarantee):
                    for kind in {self.kind(uuid) for uuid, _ in hold.slots if uuid in self.devices}:
                        found.setdefault(kind, []).append(hold)
            known = self._loans[owner_id] = guarantee, found
        return known[1]

    # what changes it

    def put(self, device: Device) -> None:
        """A device there is, or a change of one."""
        before = self.devices.get(device.uuid)
        if before == device:
            return
        self._loans.clear()
        if before is not None:
            self._leave(before)
        self.devices[device.uuid] = device
        key = _kind(device)
        if key not in self._kinds:
            self._kinds[key] = Kind(device)
            self._kinds_for.clear()
        kind = self._kinds[key]
        kind.known[device.uuid] = device
        if device.open:
            kind.open.add(device.uuid)
        if device.parent:
            self._siblings[device.parent] = self._siblings.get(device.parent, 0) + len(self.taken.get(device.uuid, ()))
        self._sort(device)

    def remove(self, uuid: str) -> None:
        """A device that is no more. Who holds it keeps the hold until it is given back."""
        if device := self.devices.pop(uuid, None):
            self._loans.clear()
            self._leave(device)

    def take(self, hold: Hold) -> None:
        """A hold there is from now on. Raises DoubleBooking, with nothing changed, where another has one of its slots."""
        if hold.id in self.holds:
            raise DoubleBooking(f"hold {hold.id} is there twice")
        for uuid, slot in hold.slots:
            if (other := self.taken.get(uuid, {}).get(slot)) is not None:
                raise DoubleBooking(f"slot {slot} of {uuid} is held by {other} and by {hold.id}")
        cost = 0
        for uuid, slot in hold.slots:
            self.taken.setdefault(uuid, {})[slot] = hold.id
            device = self.devices.get(uuid)
            cost += device.cost if device else GPU
            if device:
                self._count(device, 1)
        self._costs[hold.id] = cost
        self._held[hold.owner_id] = self._held.get(hold.owner_id, 0) + cost
        self._note(hold)

    def give_back(self, hold_id: str) -> Hold | None:
        """Ends a hold; None where there is none, so that it may be ended twice."""
        hold = self.holds.pop(hold_id, None)
        if hold is None:
            return None
        for uuid, slot in hold.slots:
            del self.taken[uuid][slot]
            if not self.taken[uuid]:
                del self.taken[uuid]
            if device := self.devices.get(uuid):
                self._count(device, -1)
        self._loans.pop(hold.owner_id, None)
        left = self._held[hold.owner_id] - self._costs.pop(hold_id)
        mine = self.by_owner[hold.owner_id]
        del mine[hold_id]
        if mine:
            self._held[hold.owner_id] = left
        else:
            del self._held[hold.owner_id], self.by_owner[hold.owner_id]
        self.warned.pop(hold_id, None)
        self.ending.pop(hold_id, None)
        return hold

    def change(self, hold: Hold) -> None:
        """The same hold, used, warned or ended since."""
        if self.holds[hold.id].slots != hold.slots:
            raise DoubleBooking(f"hold {hold.id} has other slots than it was given")
        self._note(hold)

    # -- private ----------------------------------------------------------------------------------

    def _note(self, hold: Hold) -> None:
        self._loans.pop(hold.owner_id, None)
        self.holds[hold.id] = hold
        self.by_owner.setdefault(hold.owner_id, {})[hold.id] = hold
        for where, belongs in ((self.warned, hold.warned_at is not None), (self.ending, hold.ending)):
            if belongs:
                where[hold.id] = hold
            else:
                where.pop(hold.id, None)

    def _count(self, device: Device, by: int) -> None:
        if device.parent:
            self._siblings[device.parent] = self._siblings.get(device.parent, 0) + by
        self._sort(device)

    def _sort(self, device: Device) -> None:
        free = self._kinds[_kind(device)].free
        if device.open and len(self.taken.get(device.uuid, ())) < device.slots:
            free.add(device.uuid)
        else:
            free.discard(device.uuid)

    def _leave(self, device: Device) -> None:
        key = _kind(device)
        kind = self._kinds[key]
        del kind.known[device.uuid]
        kind.open.discard(device.uuid)
        kind.free.discard(device.uuid)
        if device.parent:
            self._siblings[device.parent] -= len(self.taken.get(device.uuid, ()))
        if not kind.known:
            del self._kinds[key]
            self._kinds_for.clear()


def _kind(device: Device) -> tuple[object, ...]:
    return device.model.lower(), device.memory, device.mig_profile, device.slots, device.parent is None
