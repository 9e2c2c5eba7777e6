"""A hundred visitors come to one sleeping Space at the same moment: one start, and an answer for everybody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.bed import SAMPLES, Bed
from bench.measure import Figure, first_byte, percentile

VISITORS = 100


def run(bed: Bed, rounds: int) -> Iterator[Figure]:
    space = bed.publish("chat", SAMPLES / "chat")
    starts, errors, slowest, alone = [], [], [], []
    for number in range(rounds):
        bed.say(f"round {number + 1} of {rounds}")
        container = bed.rest(space, "exited")
        since = time.time()
        answers = stampede(bed, space)
        starts.append(float(count_starts(bed, container.id, since)))
        errors.append(float(sum(status != 200 for status, _ in answers)))
        slowest.append(max(seconds for _, seconds in answers))
        bed.rest(space, "exited")
        alone.append(bed.visit(space))
    one = Figure("herd_starts", f"Starts that {VISITORS} visitors at once cause", "starts", starts, target="exactly 1")
    one.holds = set(starts) == {1.0}
    none = Figure("herd_errors", "Of their requests, failed", "requests", errors, target="none")
    none.holds = not any(errors)
    yield one
    yield none
    yield Figure(
        "herd_slowest",
        "The last of them answered after",
        "s",
        slowest,
        alone,
        "one visitor alone",
        note=f"p95 {percentile(slowest, 95):.2f} s",
    )


def stampede(bed: Bed, space: str) -> list[tuple[int, float]]:
    """Status and seconds of each visitor's request; all are sent at the same moment."""
    gate = threading.Barrier(VISITORS)
    host = bed.host(space)

    def visitor(_: int) -> tuple[int, float]:
        gate.wait()
        started = time.monotonic()
        try:
            status, arrived = first_byte("127.0.0.1", bed.platform.port, host)
        except OSError:
            return 0, time.monotonic() - started
        return status, arrived - started

    with ThreadPoolExecutor(VISITORS) as pool:
        return list(pool.map(visitor, range(VISITORS)))


def count_starts(bed: Bed, container_id: str, since: float) -> int:
    """Start events of the engine for that container, from `since` to now."""
    events = bed.docker.events(
        since=since, until=time.time(), decode=True, filters={"event": "start", "container": container_id}
    )
    return sum(1 for _ in events)
