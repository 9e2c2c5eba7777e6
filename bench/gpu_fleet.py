"""A week of a thousand GPUs, in minutes: the platform's own scheduler beside first come, first served and an offline bound."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

from bench.gpu_bound import contended, fairness, modest, use_of_bound
from bench.gpu_play import STOPPING, Play, Run, first_come_first_served
from bench.gpu_trace import WEEK, Trace, make
from bench.measure import Figure, percentile
from spaces.gpus.fleet import Policy
from spaces.gpus.scheduler import decide

GPUS, SPACES, OWNERS, LOAD = 1000, 10_000, 48, 0.95
FIFO = "first come, first served"


def run(say: Callable[[str], None]) -> Iterator[Figure]:
    """Figures of a week; more is asked for than there is in about a third of it."""
    trace = make(GPUS, SPACES, OWNERS, LOAD)
    gc.collect()
    gc.freeze()  # the trace is the benchmark's own burden
    policy = Policy()
    say(f"{len(trace.sessions)} sessions, ours")
    ours = Play(trace, decide, policy).go(WEEK)
    say(FIFO)
    fifo = Play(trace, first_come_first_served, policy).go(WEEK)
    yield from figures(trace, WEEK, policy, ours, fifo)


def figures(trace: Trace, seconds: float, policy: Policy, ours: Run, fifo: Run) -> Iterator[Figure]:
    """What was seen in both, judged."""
    yield _judged(
        Figure(
            "gpu_decision",
            f"One GPU decision, p99 of {len(ours.decisions):,}",
            "ms",
            [_p(ours.decisions, 99) * 1000],
            note=f"mean {sum(ours.decisions) / len(ours.decisions) * 1000:.2f} ms; CPU p99 {_p(ours.cpu, 99) * 1000:.2f} ms",
        ),
        "at most 5 ms",
        lambda value: value <= 5,
    )
    yield _judged(
        Figure("gpu_double", f"Devices given twice, in {len(ours.waits):,} grants", "", [float(ours.double_bookings)]),
        "none",
        lambda value: value == 0,
    )
    full = contended(trace, seconds)
    yield _judged(
        _beside("gpu_use", "GPUs held under contention, of the offline bound", "%", _use(ours, trace, full), _use(fifo, trace, full)),
        "at least 95 %",
        lambda value: value >= 95,
    )  # fmt: skip
    yield _judged(
        _beside("gpu_fair", "Jain's index by weight", "", fairness(ours, trace.shares), fairness(fifo, trace.shares)),
        "at least 0.95",
        lambda value: value >= 0.95,
    )
    longest = [max(wait.seconds for wait in run.waits if wait.guaranteed) / 60 for run in (ours, fifo)]
    late = policy.grace + policy.idle + STOPPING
    served = _judged(
        _beside("gpu_guarantee", "Longest wait within a guarantee", "min", *longest),
        f"at most {policy.grace / 60:g} min of grace",
        lambda value: value * 60 <= late,
    )
    served.note = f"{ours.put_to_sleep} idle borrowers put to sleep, {ours.interrupted} in use"
    yield served
    small = modest(trace, seconds)
    waits = [[wait.seconds / 60 for wait in run.waits if wait.owner_id in small] for run in (ours, fifo)]
    yield _beside(
        "gpu_wait_modest",
        "Wait of owners that ask for no more than their part, p95",
        "min",
        *(_p(each, 95) for each in waits),
    )
    everybody = [[wait.seconds / 60 for wait in run.waits] for run in (ours, fifo)]
    for per_cent, name in ((50, "median"), (95, "p95")):
        yield _beside(
            f"gpu_wait_{name}", f"Wait of everybody, {name}", "min", *(_p(each, per_cent) for each in everybody)
        )


# -- private --------------------------------------------------------------------------------------


def _use(run: Run, trace: Trace, full: dict[str, list[bool]]) -> float:
    return use_of_bound(run, trace, full) * 100


def _beside(name: str, what: str, unit: str, ours: float, fifo: float) -> Figure:
    return Figure(name, what, unit, [ours], [fifo], FIFO)


def _judged(figure: Figure, target: str, holds: Callable[[float], bool]) -> Figure:
    figure.target = target
    figure.holds = holds(figure.ours[0])
    return figure


def _p(values: list[float], per_cent: float) -> float:
    return percentile(values, per_cent) or 0.0
