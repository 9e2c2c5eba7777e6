"""Page-out: what a frozen container keeps in memory goes to swap, so that freezing gives the memory back as well.

`process_madvise(MADV_PAGEOUT)` names the very pages of the very processes, at once and without pressure on anyone
else. Rejected: `memory.reclaim` (cgroup v2 only), and lowering the limit (stalls, and the OOM killer may step in).
Needs root on the host, and swap; zram is best. Without either nothing happens, and `obstacle` says why.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from spaces.engines.docker.cgroup import memory_group, processes

MADV_PAGEOUT = 21
SYS_PROCESS_MADVISE = 440  # the same on every architecture
BATCH = 512
"""Ranges a call; the kernel takes at most 1024."""
BATCH_BYTES = 1 << 30
"""The kernel cuts a call at 2 GiB."""

Range = tuple[int, int]


class PageOut(NamedTuple):
    """`moved` bytes are in swap that were in memory before; `skipped` says why not, where nothing was tried."""

    moved: int = 0
    skipped: str = ""


def page_out(pid: int, container_id: str) -> PageOut:
    """Pages out every process of the container that `pid` belongs to. Never raises: a frozen Space that stays in memory
    is only less thrifty."""
    if why := obstacle():
        return PageOut(skipped=why)
    group = memory_group(pid, container_id)
    if group is None:
        return PageOut(skipped="the engine's processes are not visible from here")
    pids = processes(group)
    before = sum(swapped(each) for each in pids)
    with _swap_allowed(group):
        for each in pids:
            with contextlib.suppress(OSError):
                _advise(each, ranges(Path(f"/proc/{each}/maps").read_text().splitlines()))
    return PageOut(moved=max(0, sum(swapped(each) for each in pids) - before))


def obstacle() -> str:
    """Why this host cannot page out, or nothing."""
    if os.geteuid() != 0:
        return "it needs root on the host"
    try:
        active = Path("/proc/swaps").read_text().splitlines()[1:]
    except OSError:
        active = []
    if not active:
        return "the host has no swap; DEMODOCK_ZRAM lets `demodock up` set up compressed swap in memory"
    return ""


def ranges(maps: Iterable[str]) -> list[Range]:
    """Pure: address ranges worth moving, from the lines of `/proc/PID/maps`: private and written to. Code and other
    file pages stay: they are shared with the next container of the same image, and cheap to drop."""
    found: list[Range] = []
    for line in maps:
        match = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+) *(.*)", line)
        if not match or match[3][3] != "p" or match[5] in ("[vdso]", "[vvar]", "[vsyscall]", "[vvar_vclock]"):
            continue
        if match[3][1] == "w" or match[4] == "0":
            found.append((int(match[1], 16), int(match[2], 16)))
    return found


def batches(all_ranges: list[Range]) -> Iterator[list[Range]]:
    """Pure: groups small enough for one call; a range larger than a call is cut."""
    batch: list[Range] = []
    size = 0
    for start, end in all_ranges:
        while start < end:
            piece = min(end - start, BATCH_BYTES)
            if batch and (len(batch) == BATCH or size + piece > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append((start, start + piece))
            size, start = size + piece, start + piece
    if batch:
        yield batch


def swapped(pid: int) -> int:
    """Bytes of a process in swap."""
    try:
        match = re.search(r"^VmSwap:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)
    except OSError:
        return 0
    return int(match[1]) * 1024 if match else 0


class _IoVec(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


_libc = ctypes.CDLL(None, use_errno=True)


def _advise(pid: int, wanted: list[Range]) -> None:
    descriptor = os.pidfd_open(pid)
    try:
        for batch in batches(wanted):
            if not _call(descriptor, batch):
                for one in batch:  # a range that the kernel refuses (locked, huge) ends the call: go on without it
                    _call(descriptor, [one])
    finally:
        os.close(descriptor)


def _call(descriptor: int, batch: list[Range]) -> bool:
    vector = (_IoVec * len(batch))(*((start, end - start) for start, end in batch))
    done = _libc.syscall(
        SYS_PROCESS_MADVISE, descriptor, vector, ctypes.c_size_t(len(batch)), MADV_PAGEOUT, ctypes.c_uint(0)
    )
    return done == sum(end - start for start, end in batch)


@contextlib.contextmanager
def _swap_allowed(group: Path) -> Iterator[None]:
    """On cgroup v2 a container without swap may not be paged out either: lifted while its processes stand still. On
    v1 memory and swap share one limit, and nothing stands in the way."""
    limit = group / "memory.swap.max"
    try:
        before = limit.read_text().strip()
        limit.write_text("max")
    except OSError:
        yield
        return
    try:
        yield
    finally:
        limit.write_text(before)  # below what is swapped by now is allowed: nothing more goes out
