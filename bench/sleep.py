"""Waking a sleeping Gradio Space; floor: `docker start` + the app's first answer."""

from __future__ import annotations

from collections.abc import Iterator

from bench.bed import SAMPLES, Bed
from bench.measure import Figure, over_floor


def run(bed: Bed, rounds: int) -> Iterator[Figure]:
    space = bed.publish("chat", SAMPLES / "chat")
    ours, floor = [], []
    with bed.twin(space) as twin:
        twin.start()
        twin.stop()
        for number in range(rounds + 1):
            bed.say(f"round {number} of {rounds}")
            bed.rest(space, "exited")
            taken = bed.visit(space)
            bed.rest(space, "exited")  # the floor has the machine to itself, as the wake had
            taken_by_hand = twin.start()
            twin.stop()
            if number:
                ours.append(taken * 1000)
                floor.append(taken_by_hand * 1000)
    figure = Figure("wake_sleep", "Wake from sleep", "ms", ours, floor, "docker start + app ready")
    yield over_floor(figure, 100, "at most 100 ms over the floor")
