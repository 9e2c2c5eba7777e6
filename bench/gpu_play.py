"""Plays a trace against a scheduler, event by event: people come, wait, use, leave; Spaces fall idle, sleep and are put to sleep."""

from __future__ import annotations

import heapq
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from bench.gpu_trace import Place, Session, Trace, kind_of
from spaces.gpus.board import Board
from spaces.gpus.decision import Decision, Grant
from spaces.gpus.fairness import grown
from spaces.gpus.fleet import GPU, Hold, Policy, Request, Share, Usage
from spaces.gpus.line import Line
from spaces.gpus.packing import Sheet

STOPPING = 2.0
"""Seconds from the order to sleep until a device is free."""
SAMPLE = 300.0


Scheduler = Callable[[float, Board, Line, Mapping[int, Share], Mapping[int, Usage], Policy], Decision]
"""`spaces.gpus.scheduler.decide`, or another in its place."""


def first_come_first_served(
    now: float, board: Board, line: Line, shares: Mapping[int, Share], usage: Mapping[int, Usage], policy: Policy
) -> Decision:
    """What most do: one queue for each kind of device, nobody passes by, nobody is asked back, no quotas; packing is ours."""
    sheet, grants = Sheet(board), []
    heap: list[tuple[float, str, int, Request]] = []
    rows: list[Iterator[Request]] = []

    def push(number: int) -> None:
        if (request := next(rows[number], None)) is not None:
            heapq.heappush(heap, (request.asked_at, request.id, number, request))

    for need, owners in line.by_need.items():
        if any(kind.free for kind in board.kinds_for(need)):
            for requests in owners.values():
                rows.append(iter(requests.values()))
                push(len(rows) - 1)
    while heap:
        _, _, number, request = heapq.heappop(heap)
        if slots := sheet.give(request.need):
            grants.append(Grant(request, slots, borrowed=False))
            push(number)
        else:
            for kind in board.kinds_for(request.need):
                sheet.keep(kind, sheet.room(kind))
    return Decision(tuple(grants))


@dataclass
class Run:
    """What was seen."""

    decisions: list[float] = field(default_factory=list)
    """How long each took."""
    cpu: list[float] = field(default_factory=list)
    """What of that was its own, and not other programs'."""
    waits: list[Wait] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    double_bookings: int = 0
    interrupted: int = 0
    """Sessions that were cut short after their grace."""
    put_to_sleep: int = 0
    """Idle borrowers."""
    refused: int = 0
    left_waiting: int = 0


class Wait(NamedTuple):
    owner_id: int
    seconds: float
    guaranteed: bool
    """It was within its owner's guarantee when it asked."""


@dataclass(frozen=True)
class Sample:
    """How things stand at one moment."""

    at: float
    held: dict[str, int]
    """By kind of device, thousandths."""
    owners: dict[int, tuple[int, int]]
    """What each has, and what it waits for and might have."""
    used: int
    """Thousandths that somebody uses."""


class _Space:
    """One Space's state."""

    __slots__ = ("place", "pending", "hold", "request", "busy_until", "turn", "guaranteed")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.pending = 0.0
        self.hold: str | None = None
        self.request: Request | None = None
        self.busy_until = 0.0
        self.turn = 0
        """Counts changes, so that an event that was planned before one is known as outdated."""
        self.guaranteed = False


class Play:
    """One trace, one scheduler, and the state between them."""

    def __init__(self, trace: Trace, scheduler: Scheduler, policy: Policy) -> None:
        self.trace, self.scheduler, self.policy = trace, scheduler, policy
        self.board, self.line = Board(trace.devices), Line()
        self.usage: dict[int, Usage] = {}
        self.run = Run()
        self._spaces = {place.id: _Space(place) for place in trace.spaces.values()}
        self._by_hold: dict[str, _Space] = {}
        self._events: list[tuple[float, int, Callable[[], bool]]] = []
        self._numbers = count()
        self._booked: dict[tuple[str, int], str] = {}
        self._wanted: dict[int, int] = defaultdict(int)
        self._timer: float | None = None
        self._asking = False
        self.now = 0.0

    def go(self, until: float) -> Run:
        """Plays sessions and what follows from them until then."""
        sessions = iter(self.trace.sessions)
        following = next(sessions, None)
        self._later(SAMPLE, self._sample)
        while following or self._events:
            if following and (not self._events or following.at <= self._events[0][0]):
                self.now = following.at
                changed = self._visit(following)
                following = next(sessions, None)
            else:
                self.now, _, event = heapq.heappop(self._events)
                changed = event()
            if self.now > until:
                break
            if changed:
                self._decide()
        self.run.left_waiting = len(self.line)
        return self.run

    # -- private: what happens; each says whether there is something to decide ----------------------

    def _visit(self, session: Session) -> bool:
        space = self._spaces[session.space_id]
        hold = self.board.holds.get(space.hold or "")
        if hold is None or hold.ending:
            space.pending += session.busy
            return space.hold is None and self._ask(space)
        if hold.idle_since is None:
            space.busy_until += session.busy
            return False
        self._use(space, hold, session.busy)
        return False

    def _ask(self, space: _Space) -> bool:
        if space.request is not None or not space.pending:
            return False
        place = space.place
        cost = place.need.cost
        guarantee = self.trace.shares[place.owner_id].guarantee * GPU
        space.guaranteed = self.board.held(place.owner_id) + self._wanted[place.owner_id] + cost <= guarantee
        space.request = Request(f"{place.id}", place.id, place.owner_id, place.need, self.now)
        self._wanted[place.owner_id] += cost
        self.line.add(space.request)
        return True

    def _use(self, space: _Space, hold: Hold, seconds: float) -> None:
        space.turn += 1
        space.busy_until = self.now + seconds
        self.board.change(replace(hold, idle_since=None))
        self._later(seconds, lambda turn=space.turn: self._leave(space, turn))

    def _leave(self, space: _Space, turn: int) -> bool:
        if turn != space.turn:
            return False
        if self.now < space.busy_until:
            self._later(space.busy_until - self.now, lambda: self._leave(space, turn))
            return False
        hold = self.board.holds[space.hold or ""]
        if hold.ending:
            return False
        self.board.change(replace(hold, idle_since=self.now))
        self._later(space.place.tail, lambda: self._sleep(space, turn))
        self._later(self.policy.idle, lambda: self._asking and turn == space.turn)
        return False

    def _sleep(self, space: _Space, turn: int) -> bool:
        if turn == space.turn:
            self._end(space)
        return False

    def _end(self, space: _Space) -> None:
        hold = self.board.holds[space.hold or ""]
        space.turn += 1
        self.board.change(replace(hold, ending=True))
        self._later(STOPPING, lambda: self._free(space))

    def _free(self, space: _Space) -> bool:
        hold = self.board.holds[space.hold or ""]
        self._count_use(hold.owner_id)
        self.board.give_back(hold.id)
        for slot in hold.slots:
            del self._booked[slot]
        space.hold = None
        self._ask(space)
        return True

    def _sample(self) -> bool:
        run, board = self.run, self.board
        held: dict[str, int] = defaultdict(int)
        used = 0
        for hold in board.holds.values():
            cost = board.cost(hold)
            held[kind_of(hold.slots[0][0])] += cost
            used += cost if hold.idle_since is None else 0
        owners = {}
        for owner_id, share in self.trace.shares.items():
            has, wants = board.held(owner_id), self._wanted[owner_id]
            most = share.maximum
            owners[owner_id] = (has, wants if most is None else max(min(wants, int(most * GPU) - has), 0))
        run.samples.append(Sample(self.now, dict(held), owners, used))
        self._later(SAMPLE, self._sample)
        return False

    # -- private: what is decided ----------------------------------------------------------------------

    def _decide(self) -> None:
        began = time.perf_counter(), time.thread_time()
        decision = self.scheduler(self.now, self.board, self.line, self.trace.shares, self.usage, self.policy)
        self.run.decisions.append(time.perf_counter() - began[0])
        self.run.cpu.append(time.thread_time() - began[1])
        for grant in decision.grants:
            self._grant(grant)
        for warn in decision.warnings:
            self._change(warn.hold.id, warned_at=self.now)
        for spare in decision.spared:
            self._change(spare.hold.id, warned_at=None)
        for reclaim in decision.reclaims:
            space = self._by_hold[reclaim.hold.id]
            if reclaim.busy:
                self.run.interrupted += 1
                space.pending += max(space.busy_until - self.now, 0.0)
            else:
                self.run.put_to_sleep += 1
            self._end(space)
        for refuse in decision.refused:
            self.run.refused += 1
            self.line.remove(refuse.request.id)
        self._asking = bool(decision.promises)
        if decision.again_at is not None and (self._timer is None or decision.again_at < self._timer):
            self._timer = max(decision.again_at, self.now + 0.001)
            self._later(self._timer - self.now, lambda at=self._timer: self._ring(at))

    def _ring(self, at: float) -> bool:
        if at == self._timer:
            self._timer = None
        return True

    def _grant(self, grant: Grant) -> None:
        request = grant.request
        space = self._spaces[request.space_id]
        for slot in grant.slots:
            if slot in self._booked:
                self.run.double_bookings += 1
            self._booked[slot] = request.id
        self._count_use(request.owner_id)
        self.line.remove(request.id)
        self._wanted[request.owner_id] -= request.need.cost
        hold = Hold(f"{request.id}:{next(self._numbers)}", space.place.id, request.owner_id, grant.slots, self.now)
        self.board.take(hold)
        self._by_hold[hold.id] = space
        self.run.waits.append(Wait(request.owner_id, self.now - request.asked_at, space.guaranteed))
        space.request, space.hold = None, hold.id
        pending, space.pending = space.pending, 0.0
        self._use(space, hold, pending)

    def _change(self, hold_id: str, warned_at: float | None) -> None:
        self.board.change(replace(self.board.holds[hold_id], warned_at=warned_at))

    def _count_use(self, owner_id: int) -> None:
        before = self.usage.get(owner_id, Usage(0.0, self.now))
        self.usage[owner_id] = grown(before, self.now, self.board.held(owner_id), self.policy.half_life)

    def _later(self, seconds: float, event: Callable[[], bool]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._numbers), event))
