"""Waking a frozen Gradio Space, in memory and paged out to compressed swap; floor: `docker unpause` + first byte."""

from __future__ import annotations

from collections.abc import Iterator

from bench.bed import SAMPLES, Bed
from bench.measure import Figure, over_floor


def run(bed: Bed, rounds: int, paged: bool) -> Iterator[Figure]:
    space = bed.publish("chat", SAMPLES / "chat")
    ours, floor = [], []
    with bed.twin(space) as twin:
        bed.say("starting its twin")
        twin.start()
        for number in range(rounds + 1):
            bed.say(f"round {number} of {rounds}")
            bed.rest(space, "paused")
            taken = bed.visit(space)
            twin.freeze(page_out=paged)
            taken_by_hand = twin.thaw()
            if number:  # the first round warms caches on both sides
                ours.append(taken * 1000)
                floor.append(taken_by_hand * 1000)
    kind = "paged out" if paged else "in memory"
    figure = Figure(
        f"wake_freeze_{'paged' if paged else 'memory'}",
        f"Wake from freeze, {kind}",
        "ms",
        ours,
        floor,
        "docker unpause + first byte",
    )
    if not paged:
        yield over_floor(figure, 30, "at most 30 ms over the floor")
        return
    figure.target, figure.holds = "at most 150 ms in all", (figure.median or 0) <= 150
    yield figure
