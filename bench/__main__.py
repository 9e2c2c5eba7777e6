"""`python -m bench [FIGURE ...] [--rounds N]`: measures, prints a table, writes `bench/results/latest.json`."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import docker

from bench import freeze, gallery, gpu_fleet, herd, memory, publish, report, sleep, throughput
from bench.bed import Bed, open_bed
from bench.measure import Figure
from spaces.errors import SetupError
from spaces.host import swap

FREEZE = {"DEMODOCK_FREEZE_AFTER": "1"}
ZRAM_MIB = 2048


@dataclass(frozen=True)
class Part:
    """Figures that come from one platform with certain settings."""

    run: Callable[[Bed, int], Iterator[Figure]]
    settings: dict[str, str] = field(default_factory=dict)
    swap: bool = False
    """Only where there is swap."""


PARTS = {
    "freeze": Part(lambda bed, rounds: freeze.run(bed, rounds, paged=False), FREEZE | {"DEMODOCK_PAGE_OUT": "0"}),
    "paged": Part(lambda bed, rounds: freeze.run(bed, rounds, paged=True), FREEZE, swap=True),
    "memory": Part(memory.run, FREEZE, swap=True),
    "sleep": Part(sleep.run),
    "herd": Part(herd.run),
    "publish": Part(publish.run),
    "throughput": Part(throughput.run),
}
ALONE = {"gallery": gallery.run, "gpus": gpu_fleet.run}
"""Figures that need no platform."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "figures", nargs="*", metavar="FIGURE", help=f"of {', '.join((*PARTS, *ALONE))}; all without any"
    )
    parser.add_argument("--rounds", type=int, default=10, help="measured rounds of each figure (10)")
    parser.add_argument(
        "--zram", type=int, default=ZRAM_MIB, help=f"MiB of zram swap while it runs, as root ({ZRAM_MIB}; 0: none)"
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.figures) - PARTS.keys() - ALONE.keys():
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    parts = {name: part for name, part in PARTS.items() if not chosen.figures or name in chosen.figures}
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"[{time.monotonic() - began:7.1f} s] {line}", file=sys.stderr, flush=True)

    figures: list[Figure] = []
    failed = False
    for name, run in ALONE.items():
        if not chosen.figures or name in chosen.figures:
            say(f"-- {name}")
            figures += run(say)
    for settings, names in groups(parts):
        wanted = chosen.zram if any(parts[name].swap for name in names) else 0
        with borrowed_swap(wanted, say), open_bed(say, **settings) as bed:
            for name in names:
                say(f"-- {name}")
                if parts[name].swap and not swap_active():
                    say("no swap on this host: what is paged out cannot be measured")
                try:
                    figures += parts[name].run(bed, chosen.rounds)
                except Exception as error:
                    failed = True
                    say(f"{name} failed: {error}")
    client = docker.from_env()
    report.save(figures, client.version())
    client.close()
    report.show(figures)
    return 1 if failed or any(figure.holds is False for figure in figures) else 0


@contextlib.contextmanager
def borrowed_swap(mebibytes: int, say: Callable[[str], None]) -> Iterator[None]:
    """Compressed swap for a while, where root finds none; the host is left as it was."""
    with contextlib.ExitStack() as undo:
        if mebibytes and os.geteuid() == 0 and not swap_active():
            try:
                swap.ensure_swap(mebibytes, say)
                undo.callback(swap.end_swap)
            except SetupError as error:
                say(f"no swap: {error.message}")
        yield


def groups(parts: dict[str, Part]) -> list[tuple[dict[str, str], list[str]]]:
    """Parts that can share one platform, with its settings."""
    found: list[tuple[dict[str, str], list[str]]] = []
    for name, part in parts.items():
        for settings, names in found:
            if settings == part.settings:
                names.append(name)
                break
        else:
            found.append((dict(part.settings), [name]))
    return found


def swap_active() -> bool:
    try:
        return len(Path("/proc/swaps").read_text().splitlines()) > 1
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
