"""What is borrowed, and what of it is asked back for somebody within their guarantee.

Of an owner's holds, those that fit in its guarantee are its own, the ones in use first; the rest is borrowed. Nobody at or under
its guarantee is ever touched. An idle borrower sleeps `warn` seconds after its warning, one in use after `grace`. A
warning stands for as long as anybody within their guarantee waits for such devices, so that its time is not
begun again with every change; only as many sleep as are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spaces.gpus.board import Board, Kind
from spaces.gpus.decision import Reclaim, Spare, Warn
from spaces.gpus.fairness import Owners
from spaces.gpus.fleet import GPU, Hold, Request
from spaces.gpus.packing import Sheet


@dataclass(frozen=True)
class Candidate:
    """A borrower's hold, and when it may be ended."""

    hold: Hold
    idle: bool
    idle_at: float
    busy_at: float

    @property
    def due(self) -> float:
        return min(self.idle_at, self.busy_at) if self.idle else self.busy_at


class Reclaims:
    """What one decision asks back."""

    def __init__(self, board: Board, owners: Owners, sheet: Sheet) -> None:
        self.warnings: list[Warn] = []
        self.reclaims: list[Reclaim] = []
        self.promises: dict[str, float] = {}
        self.again_at: list[float] = []
        self._board, self._owners, self._sheet = board, owners, sheet
        self._borrowed: list[Candidate] | None = None
        self._chosen: set[str] = set()
        self._needed: set[Kind] = set()
        """Kinds that somebody within their guarantee waits for."""
        self._coming: dict[Kind, set[str]] = {}
        """By kind: devices that will be free, and are promised to nobody yet."""
        for hold in board.ending.values():
            self._expect(hold)

    def ask(self, request: Request) -> bool:
        """Asks back what the request lacks, and keeps what is free of it; False where borrowers don't have enough."""
        plans = []
        for kind in self._board.kinds_for(request.need):
            self._needed.add(kind)
            lacking = request.need.count - self._sheet.room(kind) - len(self._coming.get(kind, ()))
            victims = self._victims(request, kind, lacking)
            if victims is not None:
                due = max((victim.due for victim in victims), default=self._owners.now)
                plans.append((due, len(victims), len(plans), kind, victims))
        if not plans:
            return False
        due, _, _, kind, victims = min(plans)
        for victim in victims:
            self._choose(request, victim)
        coming = self._coming.setdefault(kind, set())
        for _ in range(request.need.count - len(self._sheet.keep(kind, request.need.count))):
            coming.pop()
        self.promises[request.id] = due
        return True

    def spared(self) -> Iterator[Spare]:
        """Warnings that nobody needs any more."""
        if not self._board.warned:
            return
        borrowed = {candidate.hold.id for candidate in self._candidates()} if self._needed else set()
        for hold in self._board.warned.values():
            if hold.ending or hold.id in self._chosen:
                continue
            wanted = any(self._board.kind(uuid) in self._needed for uuid in self._devices(hold))
            if not wanted or hold.id not in borrowed:
                yield Spare(hold)

    # -- private ----------------------------------------------------------------------------------

    def _victims(self, request: Request, kind: Kind, lacking: int) -> list[Candidate] | None:
        """The fewest holds that free so many devices of the kind, those who should go first first; None: not so many."""
        if lacking <= 0:
            return []
        patience = self._owners.now - self._owners.waited(request) + self._owners.policy.grace
        out_of_reach = kind.free | self._coming.get(kind, set())

        def order(candidate: Candidate) -> tuple[bool, float, float, float, str]:
            hold = candidate.hold
            early = candidate.idle and candidate.due <= patience
            return not early, candidate.due, -self._owners.level(hold.owner_id), -hold.since, hold.id

        fitting = [
            (candidate, freed)
            for candidate in self._candidates()
            if candidate.hold.id not in self._chosen
            and candidate.hold.owner_id != request.owner_id
            and (freed := (self._devices(candidate.hold) & kind.open) - out_of_reach)
        ]
        fitting.sort(key=lambda pair: order(pair[0]))
        victims: list[Candidate] = []
        freed_so_far: set[str] = set()
        for candidate, freed in fitting:
            if not freed <= freed_so_far:
                victims.append(candidate)
                freed_so_far |= freed
                if len(freed_so_far) >= lacking:
                    return victims
        return None

    def _choose(self, request: Request, victim: Candidate) -> None:
        hold, now = victim.hold, self._owners.now
        self._chosen.add(hold.id)
        self._expect(hold)
        if hold.warned_at is None:
            self.warnings.append(Warn(hold, request, victim.idle_at, victim.busy_at))
        if hold.warned_at is not None and victim.due <= now:
            self.reclaims.append(Reclaim(hold, request, busy=not victim.idle))
        else:
            self.again_at.append(victim.due)
            if not victim.idle and hold.idle_since is not None:
                self.again_at.append(hold.idle_since + self._owners.policy.idle)

    def _expect(self, hold: Hold) -> None:
        for uuid in self._devices(hold):
            kind = self._board.kind(uuid)
            if uuid in kind.open and uuid not in kind.free:
                self._coming.setdefault(kind, set()).add(uuid)

    def _devices(self, hold: Hold) -> set[str]:
        return {uuid for uuid, _ in hold.slots if uuid in self._board.devices}

    def _candidates(self) -> list[Candidate]:
        if self._borrowed is None:
            self._borrowed = [
                self._candidate(hold)
                for owner_id, held in self._board.owners.items()
                if held > self._owners.share(owner_id).guarantee * GPU
                for hold in borrowed(self._board, owner_id, self._owners.share(owner_id).guarantee)
            ]
        return self._borrowed

    def _candidate(self, hold: Hold) -> Candidate:
        now, policy = self._owners.now, self._owners.policy
        since = now if hold.warned_at is None else min(hold.warned_at, now)
        idle = hold.idle_since is not None and now - hold.idle_since >= policy.idle
        return Candidate(hold, idle, since + policy.warn, since + policy.grace)


def borrowed(board: Board, owner_id: int, guarantee: float) -> list[Hold]:
    """An owner's holds that its guarantee does not cover, and that may be ended."""

    def order(hold: Hold) -> tuple[bool, bool, bool, float, str]:
        return hold.preemptible, hold.warned_at is not None, hold.idle_since is not None, hold.since, hold.id

    own, found = 0, []
    for hold in sorted(board.by_owner.get(owner_id, {}).values(), key=order):
        if hold.ending:
            continue
        if own + board.cost(hold) <= guarantee * GPU:
            own += board.cost(hold)
        elif hold.preemptible:
            found.append(hold)
        else:
            own += board.cost(hold)
    return found
