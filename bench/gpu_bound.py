"""What nobody could beat, and how evenly it was shared: an offline bound on use, and Jain's index by weight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from bench.gpu_play import SAMPLE, Run, Sample
from bench.gpu_trace import Trace, pool, sizes
from spaces.gpus.fleet import GPU, Share


def contended(trace: Trace, seconds: float, step: float = SAMPLE) -> dict[str, list[bool]]:
    """By kind of device, the moments at which even a scheduler that knows the future and cuts Spaces to pieces has all of its devices in
    use: by then more was asked for than they could have done. It counts only those who can take nothing else."""
    steps = int(seconds // step)
    rates = _rates(trace, steps, step)
    size = sizes(trace.devices)
    found = {}
    for name, rate in rates.items():
        backlog, full = 0.0, []
        for wanted in rate:
            backlog = max(backlog + (wanted - size[name]) * step, 0.0)
            full.append(backlog > 0)
        found[name] = full
    return found


def use_of_bound(run: Run, trace: Trace, full: dict[str, list[bool]]) -> float:
    """What was held while the bound has all in use, of that."""
    size = sizes(trace.devices)
    held = bound = 0
    for sample in run.samples:
        for name, moments in full.items():
            number = int(sample.at // SAMPLE) - 1
            if number < len(moments) and moments[number]:
                held += sample.held.get(name, 0)
                bound += size[name]
    return held / bound if bound else 1.0


def jain(values: Iterable[float]) -> float:
    """1: all have the same; 1/n: one has all."""
    each = list(values)
    return sum(each) ** 2 / (len(each) * sum(value * value for value in each)) if any(each) else 1.0


def fairness(run: Run, shares: dict[int, Share]) -> float:
    """Jain's index of what owners had, over what was due to them by guarantee and weight, while they waited for more."""
    had: dict[int, float] = defaultdict(float)
    due: dict[int, float] = defaultdict(float)
    for sample in run.samples:
        waiting = [owner_id for owner_id, (_, wants) in sample.owners.items() if wants]
        if not waiting:
            continue
        parts = entitled(sample, shares)
        for owner_id in waiting:
            had[owner_id] += sample.owners[owner_id][0]
            due[owner_id] += parts[owner_id]
    return jain(had[owner_id] / due[owner_id] for owner_id in had if due[owner_id])


def entitled(sample: Sample, shares: dict[int, Share]) -> dict[int, float]:
    """What is held in all, handed out by the rule: guarantees first, then level by weight, to nobody more than it wants."""
    total = sum(has for has, _ in sample.owners.values())
    wants = {owner_id: has + more for owner_id, (has, more) in sample.owners.items()}

    def at(level: float) -> dict[int, float]:
        return {
            owner_id: min(want, max(shares[owner_id].guarantee * GPU, shares[owner_id].weight * level))
            for owner_id, want in wants.items()
        }

    low, high = 0.0, float(max(wants.values(), default=0)) * 10
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle).values()) < total else (low, middle)
    return at(high)


def modest(trace: Trace, seconds: float) -> set[int]:
    """Owners that ask for no more than their weight's part of the fleet, over the whole time."""
    asked: dict[int, float] = defaultdict(float)
    for session in trace.sessions:
        place = trace.spaces[session.space_id]
        asked[place.owner_id] += (session.busy + place.tail) * place.need.cost / seconds
    level = sum(sizes(trace.devices).values()) / sum(share.weight for share in trace.shares.values())
    return {owner_id for owner_id, share in trace.shares.items() if asked[owner_id] <= share.weight * level}


# -- private --------------------------------------------------------------------------------------


def _rates(trace: Trace, steps: int, step: float) -> dict[str, list[float]]:
    """By kind, the thousandths wanted in each step, were there no end of devices."""
    changes: dict[str, list[float]] = {}
    until: dict[int, float] = {}
    for session in trace.sessions:
        place = trace.spaces[session.space_id]
        name = pool(place.need)
        if name is None:
            continue
        row = changes.setdefault(name, [0.0] * (steps + 1))
        begin = max(session.at, until.get(place.id, 0.0))
        end = max(session.at + session.busy + place.tail, begin)
        until[place.id] = end
        _add(row, begin, end, place.need.cost, step)
    return {name: [value / step for value in row[:steps]] for name, row in changes.items()}


def _add(row: list[float], begin: float, end: float, cost: int, step: float) -> None:
    first, last = int(begin // step), min(int(end // step), len(row) - 1)
    for number in range(first, last + 1):
        row[number] += max(min(end, (number + 1) * step) - max(begin, number * step), 0.0) * cost
