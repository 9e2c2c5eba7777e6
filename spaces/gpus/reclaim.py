"""What is asked back from borrowers (`loans`) for somebody within their guarantee.

Nobody at or under their own guarantee is ever touched. An idle borrower sleeps `warn` seconds after its warning, one in use
after `grace`. A warning stands for as long as anybody within their guarantee waits for such devices, so that its time is not begun
again with every change; only as many sleep as are needed.
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
        self._known: dict[Kind, list[Candidate]] = {}
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
        for hold in self._board.warned.values():
            if hold.ending or hold.id in self._chosen:
                continue
            loans = self._board.loans(hold.owner_id, self._owners.share(hold.owner_id).guarantee)
            if not any(kind in self._needed and hold in loans[kind] for kind in loans):
                yield Spare(hold)

    # -- private ----------------------------------------------------------------------------------

    def _victims(self, request: Request, kind: Kind, lacking: int) -> list[Candidate] | None:
        """Holds that free so many devices of the kind, no more of them than do, those who should go first first; None: not so
        many are borrowed."""
        victims: list[Candidate] = []
        freed: set[str] = set()
        out_of_reach = kind.free | self._coming.get(kind, set())
        candidates = self._in_order(request, kind)
        while len(freed) < lacking:
            if (candidate := next(candidates, None)) is None:
                return None
            hold = candidate.hold
            more = {uuid for uuid, _ in hold.slots if uuid in kind.open and uuid not in out_of_reach}
            if hold.id not in self._chosen and not more <= freed:
                victims.append(candidate)
                freed |= more
        return victims

    def _in_order(self, request: Request, kind: Kind) -> Iterator[Candidate]:
        """The idle before those in use, as long as they are quick enough; then whoever is due first."""
        candidates = self._candidates(kind)
        patience = self._owners.now - self._owners.waited(request) + self._owners.policy.grace
        yield from (each for each in candidates if each.idle and each.due <= patience)
        yield from (each for each in candidates if not each.idle or each.due > patience)

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
        for uuid, _ in hold.slots:
            if uuid in self._board.devices:
                kind = self._board.kind(uuid)
                if uuid in kind.open and uuid not in kind.free:
                    self._coming.setdefault(kind, set()).add(uuid)

    def _candidates(self, kind: Kind) -> list[Candidate]:
        """Those who borrowed such devices, by when they are due; of equals, whose owner had the most lately."""
        found = self._known.get(kind)
        if found is None:
            loans = (
                hold
                for owner_id, held in self._board.owners.items()
                if held > (guarantee := self._owners.share(owner_id).guarantee) * GPU
                for hold in self._board.loans(owner_id, guarantee).get(kind, ())
            )
            found = self._known[kind] = sorted(map(self._candidate, loans), key=self._order)
        return found

    def _order(self, candidate: Candidate) -> tuple[float, float, float, str]:
        hold = candidate.hold
        return candidate.due, -self._owners.level(hold.owner_id), -hold.since, hold.id

    def _candidate(self, hold: Hold) -> Candidate:
        now, policy = self._owners.now, self._owners.policy
        since = now if hold.warned_at is None else min(hold.warned_at, now)
        idle = hold.idle_since is not None and now - hold.idle_since >= policy.idle
        return Candidate(hold, idle, since + policy.warn, since + policy.grace)
