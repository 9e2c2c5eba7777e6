"""Who gets which GPU now, who is asked to give one back, and who waits for what. A pure function of all that is known.

In turn (`fairness.Turns`), each request gets the best fitting devices (`packing`), or else is passed by: a small one is never
behind one that is too large. Somebody within their guarantee has borrowers asked back for it (`reclaim`); somebody who
waits for several devices and waited long has free ones kept for a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spaces.gpus.board import Board
from spaces.gpus.decision import Decision, Grant, Refuse
from spaces.gpus.fairness import Owners, Turns, reserves, reserves_until
from spaces.gpus.fleet import GPU, Need, Policy, Request, Share, Usage
from spaces.gpus.line import Line
from spaces.gpus.packing import Sheet, refusal
from spaces.gpus.reclaim import Reclaims


def decide(
    now: float,
    board: Board,
    line: Line,
    shares: Mapping[int, Share],
    usage: Mapping[int, Usage],
    policy: Policy,
) -> Decision:
    """What to do now. The same board, line and shares always give the same answer, and are left as they were.

    Whoever acts on it tells the board and the line what was done before the next call: grants taken, requests removed,
    holds warned or ending. What was not done is decided again."""
    owners = Owners(now, board, line, shares, usage, policy)
    sheet = Sheet(board)
    reclaims = Reclaims(board, owners, sheet)
    refused = list(_refused(board, line, owners))
    never = {refuse.request.id for refuse in refused}
    grants: list[Grant] = []
    again_at: list[float] = []

    turns = Turns(owners, _rows(line, board, owners, never))
    while request := turns.next():
        need, guaranteed = request.need, owners.guaranteed(request)
        if owners.held_up(request):
            continue
        if slots := sheet.give(need):
            grants.append(Grant(request, slots, borrowed=not guaranteed))
            owners.give(request.owner_id, need.cost)
            turns.go_on()
        elif guaranteed and reclaims.ask(request):
            owners.give(request.owner_id, need.cost)
            turns.go_on()
        elif need.count > 1 and (kept_for := _keep(request, board, owners, sheet)):
            again_at.append(now + kept_for)
    return Decision(
        tuple(grants),
        tuple(reclaims.warnings),
        tuple(reclaims.reclaims),
        tuple(reclaims.spared()),
        tuple(refused),
        reclaims.promises,
        min(again_at + reclaims.again_at, default=None),
    )


# -- private --------------------------------------------------------------------------------------


def _keep(request: Request, board: Board, owners: Owners, sheet: Sheet) -> float | None:
    """Keeps free devices for a large request that waited long; for how many seconds."""
    waited, after = owners.waited(request), owners.policy.reserve_after
    fitting = [kind for kind in board.kinds_for(request.need) if len(kind.open) >= request.need.count]
    if not fitting or not reserves(waited, after):
        return None
    sheet.keep(max(fitting, key=sheet.room), request.need.count)
    return reserves_until(waited, after)


def _rows(line: Line, board: Board, owners: Owners, never: set[str]) -> Iterator[Iterator[Request]]:
    """One row for each need and owner that something could be done for now."""
    slack = {owner_id: owners.slack(owner_id) for owner_id in line.owners}
    for need, by_owner in line.by_need.items():
        cost = need.cost
        open_to_all = need.count > 1 or any(kind.free for kind in board.kinds_for(need))
        for owner_id, requests in by_owner.items():
            if (open_to_all or cost <= slack[owner_id]) and next(iter(requests)) not in never:
                yield iter(requests.values())


def _refused(board: Board, line: Line, owners: Owners) -> Iterator[Refuse]:
    """Requests that can never be granted; all of one need and owner are alike."""
    limits = {
        owner_id: share.maximum for owner_id in line.owners if (share := owners.share(owner_id)).maximum is not None
    }
    for need, by_owner in line.by_need.items():
        unfit = refusal(board, need)
        for owner_id in by_owner if unfit else limits.keys() & by_owner.keys():
            if reason := unfit or _beyond(limits[owner_id], need):
                yield from (Refuse(request, *reason) for request in by_owner[owner_id].values())


def _beyond(maximum: float, need: Need) -> tuple[str, str] | None:
    if need.cost <= maximum * GPU:
        return None
    most = f"{maximum:g} GPU{'' if maximum == 1 else 's'}"
    return (
        f"Its owner may hold at most {most} at once.",
        f"Choose hardware with at most {most}, or ask an admin for more.",
    )
