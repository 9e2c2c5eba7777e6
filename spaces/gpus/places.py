"""Where each request stands, and how long it may take: what people who wait are told. No I/O, no promise."""

from __future__ import annotations

from collections.abc import Mapping

from spaces.gpus.board import Board, Kind
from spaces.gpus.decision import Basis, Decision, Place, Waits
from spaces.gpus.fairness import Owners, Turns
from spaces.gpus.fleet import Policy, Request, Share, Usage
from spaces.gpus.line import Line


def places(
    now: float,
    board: Board,
    line: Line,
    shares: Mapping[int, Share],
    usage: Mapping[int, Usage],
    policy: Policy,
    decision: Decision,
    typical: float | None = None,
) -> dict[str, Place]:
    """The place of everyone who still waits after `decision`, by the request's id. `typical`: for how many seconds such
    devices were held of late, by those who gave them back; none where nobody did yet."""
    over = {grant.request.id for grant in decision.grants} | {refuse.request.id for refuse in decision.refused}
    owners = Owners(now, board, line, shares, usage, policy)
    for grant in decision.grants:
        owners.give(grant.request.owner_id, grant.request.need.cost)
    rows = [
        [request for request in requests.values() if request.id not in over]
        for by_owner in line.by_need.values()
        for requests in by_owner.values()
    ]
    found: dict[str, Place] = {}
    in_line: list[tuple[Request, int]] = []
    queues = _Queues(board, decision)
    turns = Turns(owners, rows)
    while request := turns.next():
        if why := owners.held_up(request) or queues.closed(request):
            for each in (request, *turns.rest()):
                found[each.id] = Place(None, 0, None, None, why)
            continue
        in_line.append((request, queues.join(request)))
        owners.give(request.owner_id, request.need.cost)
        turns.go_on()
        estimate = queues.estimate(request, now, typical)
        found[request.id] = Place(in_line[-1][1], 0, *estimate, Waits.IN_LINE)
    for request, position in in_line:
        place = found[request.id]
        found[request.id] = Place(position, queues.length(request), place.seconds, place.basis, place.reason)
    return found


# -- private --------------------------------------------------------------------------------------


class _Queues:
    """How many wait for each kind of device so far, and how many devices they wait for."""

    def __init__(self, board: Board, decision: Decision) -> None:
        self._board, self._promises = board, decision.promises
        self._ahead: dict[Kind, int] = {}
        self._wanted: dict[Kind, int] = {}
        given = [uuid for grant in decision.grants for uuid, _ in grant.slots]
        self._given = {kind: sum(uuid in kind.free for uuid in given) for kind in board.kinds()}

    def closed(self, request: Request) -> Waits | None:
        count = request.need.count
        enough = any(len(kind.open) >= count for kind in self._board.kinds_for(request.need))
        return None if enough else Waits.CLOSED

    def join(self, request: Request) -> int:
        """Its place: it takes whatever comes first, so the shortest of the queues that it stands in counts."""
        kinds = self._kinds(request)
        for kind in kinds:
            self._ahead[kind] = self._ahead.get(kind, 0) + 1
            self._wanted[kind] = self._wanted.get(kind, 0) + request.need.count
        return min(self._ahead[kind] for kind in kinds)

    def length(self, request: Request) -> int:
        return max(self._ahead[kind] for kind in self._kinds(request))

    def estimate(self, request: Request, now: float, typical: float | None) -> tuple[float | None, Basis | None]:
        if (promised := self._promises.get(request.id)) is not None:
            return max(promised - now, 0.0), Basis.RECLAIM
        if typical is None:
            return None, None
        seconds = min(self._turnover(kind, typical) for kind in self._kinds(request))
        if now - request.asked_at > seconds:
            return None, None  # what was typical does not hold this time: no number rather than one that proved wrong
        return seconds, Basis.TURNOVER

    def _turnover(self, kind: Kind, typical: float) -> float:
        """So many slots, each given back once in `typical` seconds: the time until all who stand before have theirs, and it."""
        slots = len(kind.open) * kind.example.slots
        lacking = self._wanted[kind] - (len(kind.free) - self._given[kind])
        return max(lacking, 1) * typical / slots

    def _kinds(self, request: Request) -> list[Kind]:
        return [kind for kind in self._board.kinds_for(request.need) if len(kind.open) >= request.need.count]
