"""What a frozen Gradio Space holds, and how many of them this machine has room for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.bed import SAMPLES, Bed
from bench.measure import Figure

MIB = 1 << 20
LIMIT = 60e6 / MIB
"""What a frozen Gradio Space may hold: 60 MB, in MiB as everything here is."""


def run(bed: Bed, rounds: int) -> Iterator[Figure]:
    space = bed.publish("chat", SAMPLES / "chat")
    awake, resident, swapped = [], [], []
    for number in range(rounds):
        bed.say(f"round {number + 1} of {rounds}")
        bed.visit(space)
        awake.append(sum(held(bed, space)))  # right after a thaw much of it is in swap still
        bed.rest(space, "paused")
        settle(bed, space)
        memory, swap = held(bed, space)
        resident.append(memory)
        swapped.append(swap)
    ratio = compression(Path("/sys/block"))
    yield Figure("memory_awake", "Memory of an awake Gradio Space", "MiB", awake)
    yield Figure("memory_frozen_resident", "Resident memory of a frozen one", "MiB", resident)
    yield Figure("memory_frozen_swap", "Its swap, uncompressed", "MiB", swapped)
    total = [memory + swap * ratio for memory, swap in zip(resident, swapped, strict=True)]
    footprint = Figure(
        "memory_frozen_total",
        "Memory + compressed swap of a frozen one",
        "MiB",
        total,
        target=f"under 60 MB ({LIMIT:.1f} MiB)",
        note=f"zram holds a byte in {ratio:.2f}" if ratio < 1 else "no compressed swap here",
    )
    footprint.holds = (footprint.median or 0) < LIMIT if any(swapped) else None
    yield footprint
    free = available(Path("/proc/meminfo"))
    yield Figure(
        "frozen_spaces",
        "Frozen Gradio Spaces this machine has room for",
        "Spaces",
        [float(int(free / max(footprint.median or 1, 1)))],
        note=f"computed: {free:.0f} MiB available by the measured footprint; not really started",
        computed=True,
    )


def held(bed: Bed, space: str) -> tuple[float, float]:
    """MiB resident and in swap, as the platform's own driver measures them."""
    found = bed.engine.stats(bed.instance(space).name)
    assert found is not None
    return found.memory / MIB, found.swap / MIB


def settle(bed: Bed, space: str, patience: float = 10.0) -> None:
    """Until page-out has done what it does: resident memory stands still."""
    before, until = held(bed, space)[0], time.monotonic() + patience
    while time.monotonic() < until:
        time.sleep(0.5)
        now = held(bed, space)[0]
        if abs(now - before) < 0.5:
            return
        before = now


def compression(blocks: Path) -> float:
    """Bytes of memory that a byte in swap takes: zram's own account; 1.0 where swap is not zram."""
    stored = taken = 0
    for account in blocks.glob("zram*/mm_stat"):
        original, _, used, *_ = (int(number) for number in account.read_text().split())
        stored, taken = stored + original, taken + used
    return taken / stored if stored else 1.0


def available(meminfo: Path) -> float:
    """MiB of memory to be had."""
    for line in meminfo.read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1024
    return 0.0
