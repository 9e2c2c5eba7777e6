"""Whose turn it is: those within their guarantee first, then whoever had the least lately for its weight.

An owner's level is the GPUs it had on average lately (older use counts less, by half each half-life) plus those it has
now, over its weight. Waiting makes good for it: `Policy.ageing` seconds are worth one fair share. All who wait age alike,
so the order among them only moves by what they are given, and newcomers come to stand behind: nobody starves.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping

from spaces.gpus.board import Board
from spaces.gpus.decision import Waits
from spaces.gpus.fleet import GPU, Policy, Request, Share, Usage
from spaces.gpus.line import Line


def grown(usage: Usage, now: float, held: int, half_life: float) -> Usage:
    """`usage` until `now`, where `held` thousandths of a GPU were held since. A clock that was set back adds nothing."""
    return Usage(average(usage, now, held, half_life) * _window(half_life), now)


def average(usage: Usage, now: float, held: int, half_life: float) -> float:
    """The same as a number of GPUs: what a steady use of as many would come to."""
    kept = 0.5 ** (max(now - usage.at, 0.0) / half_life)
    return usage.gpu_seconds / _window(half_life) * kept + held / GPU * (1 - kept)


def reserves(waited: float, after: float) -> bool:
    """True where free devices are kept for a large request that waited so long.

    From `after` seconds on, for half as long again, then as long not; then both twice as long, and so on. Devices are never
    kept without end for a request that somebody else will not make way for; and as the times grow, it gets them in the end
    whoever makes way at all."""
    if waited < after:
        return False
    times = waited / after
    return times / 2 ** math.floor(math.log2(times)) < 1.5


def reserves_until(waited: float, after: float) -> float:
    """How much longer than `waited` that stays so."""
    return after * 1.5 * 2 ** math.floor(math.log2(waited / after)) - waited


class Owners:
    """What every owner has and is due, with what one decision gives them on top."""

    def __init__(
        self,
        now: float,
        board: Board,
        line: Line,
        shares: Mapping[int, Share],
        usage: Mapping[int, Usage],
        policy: Policy,
    ) -> None:
        self.now, self.board, self.policy = now, board, policy
        self._shares, self._usage = shares, usage
        self._given: dict[int, int] = {}
        self._levels: dict[int, float] = {}
        weights = sum(self.share(owner_id).weight for owner_id in line.owners.keys() | board.owners.keys())
        self._fair = 2 * sum(board.owners.values()) / GPU / weights if weights and board.owners else 1.0
        """The level of one who always has its part of what is held now."""

    def share(self, owner_id: int) -> Share:
        return self._shares.get(owner_id, _NOBODY)

    def has(self, owner_id: int) -> int:
        """Thousandths of a GPU, grants of this decision included."""
        return self.board.held(owner_id) + self._given.get(owner_id, 0)

    def give(self, owner_id: int, cost: int) -> None:
        """Counts a grant, or one that is promised."""
        self._given[owner_id] = self._given.get(owner_id, 0) + cost
        self._levels.pop(owner_id, None)

    def slack(self, owner_id: int) -> float:
        """Thousandths of a GPU that its guarantee leaves."""
        return self.share(owner_id).guarantee * GPU - self.has(owner_id)

    def guaranteed(self, request: Request) -> bool:
        """It stays within its owner's guarantee."""
        return request.need.cost <= self.slack(request.owner_id)

    def held_up(self, request: Request) -> Waits | None:
        """Why its owner gets nothing more, however much is free."""
        share = self.share(request.owner_id)
        if share.blocked is not None:
            return Waits.BLOCKED
        if share.maximum is not None and self.has(request.owner_id) + request.need.cost > share.maximum * GPU:
            return Waits.MAXIMUM
        return None

    def waited(self, request: Request) -> float:
        """Seconds; none for a moment to come, since a clock may have been set back."""
        return max(self.now - request.asked_at, 0.0)

    def level(self, owner_id: int) -> float:
        """GPUs on average lately and those it has now, over its weight. Without weight it is beyond all who have some."""
        found = self._levels.get(owner_id)
        if found is None:
            usage, held = self._usage.get(owner_id), self.board.held(owner_id)
            lately = average(usage, self.now, held, self.policy.half_life) if usage else 0.0
            weight = self.share(owner_id).weight
            found = (lately + self.has(owner_id) / GPU) / weight if weight else math.inf
            self._levels[owner_id] = found
        return found

    def rank(self, request: Request) -> tuple[bool, float, float, str]:
        """Sorts those who wait; the smallest is next."""
        behind = self.level(request.owner_id) / self._fair - self.waited(request) / self.policy.ageing
        return not self.guaranteed(request), behind, request.asked_at, request.id


class Turns:
    """Requests one by one, whose turn it is. All of one need and owner come in the order of their asking."""

    def __init__(self, owners: Owners, rows: Iterable[Iterable[Request]]) -> None:
        self._owners = owners
        self._heap: list[tuple[tuple[bool, float, float, str], int, Request]] = []
        self._rest = [iter(row) for row in rows]
        for number in range(len(self._rest)):
            self._push(number)
        self._last = -1

    def next(self) -> Request | None:
        """Who is next now; the rest of its row stays behind until `go_on`."""
        while self._heap:
            rank, number, request = heapq.heappop(self._heap)
            current = self._owners.rank(request)
            if current > rank:  # its owner was given something since
                heapq.heappush(self._heap, (current, number, request))
                continue
            self._last = number
            return request
        return None

    def go_on(self) -> None:
        """The one after the last in its row may have its turn too."""
        self._push(self._last)

    def rest(self) -> Iterable[Request]:
        """Those behind the last in its row."""
        return self._rest[self._last]

    # -- private ----------------------------------------------------------------------------------

    def _push(self, number: int) -> None:
        if (request := next(self._rest[number], None)) is not None:
            heapq.heappush(self._heap, (self._owners.rank(request), number, request))


_NOBODY = Share()


def _window(half_life: float) -> float:
    """Seconds over which a steady use adds up to its average."""
    return half_life / math.log(2)
