"""Small fleets in few words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spaces.gpus.board import Board
from spaces.gpus.decision import Decision
from spaces.gpus.fleet import Device, Hold, Need, Policy, Request, Share
from spaces.gpus.line import Line
from spaces.gpus.scheduler import decide

NOW = 1_000_000.0
POLICY = Policy(warn=60, grace=600, idle=30, half_life=3600, ageing=7200, reserve_after=900)
A100, T4 = Need(model="A100-80GB"), Need(model="T4-16GB")
ANY = Need()
ANN, BOB, EVE = 1, 2, 3


def gpus(count: int, model: str = "A100-80GB", memory: int = 81920, **others: object) -> list[Device]:
    mark = "".join(str(value) for value in others.values())
    return [Device(f"GPU-{model}{mark}-{n:02}", model, memory, **others) for n in range(count)]  # type: ignore[arg-type]


def t4s(count: int, **others: object) -> list[Device]:
    return gpus(count, "T4-16GB", 16384, **others)


def slices(parent: str, *profiles: str) -> list[Device]:
    return [
        Device(f"MIG-{parent}-{n}", "A100-80GB", 10240, mig_profile=profile, parent=parent)
        for n, profile in enumerate(profiles)
    ]


def asks(space: int, owner: int, need: Need = ANY, waited: float = 0.0) -> Request:
    return Request(f"r{space}", space, owner, need, NOW - waited)


def has(
    space: int, owner: int, *devices: Device | str, slot: int = 0, since: float = 3600, idle: float | None = None
) -> Hold:
    """A hold of whole devices, or of one slot; `idle` for so many seconds, else in use."""
    slots = tuple((device if isinstance(device, str) else device.uuid, slot) for device in devices)
    return Hold(f"h{space}", space, owner, slots, NOW - since, None if idle is None else NOW - idle)


class Case:
    """A board, a line and shares, and what is decided about them."""

    def __init__(
        self,
        devices: Iterable[Device],
        holds: Iterable[Hold] = (),
        requests: Iterable[Request] = (),
        shares: dict[int, Share] | None = None,
        usage: dict | None = None,
        policy: Policy = POLICY,
    ) -> None:
        self.board, self.line = Board(devices, holds), Line(requests)
        self.shares, self.usage, self.policy = shares or {}, usage or {}, policy

    def decide(self, after: float = 0.0) -> Decision:
        return decide(NOW + after, self.board, self.line, self.shares, self.usage, self.policy)

    def obey(self, decision: Decision, after: float = 0.0) -> Decision:
        """Does at once what was decided."""
        for grant in decision.grants:
            request = grant.request
            self.line.remove(request.id)
            self.board.take(Hold(f"h{request.space_id}", request.space_id, request.owner_id, grant.slots, NOW + after))
        for warn in decision.warnings:
            self.board.change(replace(self.board.holds[warn.hold.id], warned_at=NOW + after))
        for spare in decision.spared:
            self.board.change(replace(self.board.holds[spare.hold.id], warned_at=None))
        for reclaim in decision.reclaims:
            self.board.give_back(reclaim.hold.id)
        for refuse in decision.refused:
            self.line.remove(refuse.request.id)
        return decision

    def step(self, after: float = 0.0) -> Decision:
        return self.obey(self.decide(after), after)


def granted(decision: Decision) -> dict[int, tuple[str, ...]]:
    """Devices by Space."""
    return {grant.request.space_id: tuple(uuid for uuid, _ in grant.slots) for grant in decision.grants}
