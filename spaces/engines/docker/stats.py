"""Stats: processor time, memory and swap of a container, and the ports it listens on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spaces.engines.base import Stats
from spaces.engines.docker.cgroup import memory_group, read_number
from spaces.engines.docker.client import APIError, Link, NotFound, translated
from spaces.engines.docker.observe import inspect

LISTEN = "0A"
"""TCP_LISTEN in `/proc/net/tcp`."""


def stats(link: Link, name: str) -> Stats | None:
    record = inspect(link, name)
    if record is None or record["State"]["Status"] not in ("running", "paused"):
        return None
    with translated("measure a container"):
        try:
            sample = link.quick.stats(name, stream=False, one_shot=True)
        except NotFound:
            return None
        except APIError as error:
            if error.status_code == 409:
                return None
            raise
    pid = record["State"]["Pid"]
    memory, swap = memory_of(sample.get("memory_stats") or {})
    group = memory_group(pid, record["Id"])
    if swap is None:
        swap = _swap_of(group) if group else 0
    return Stats(
        cpu_seconds=(sample["cpu_stats"]["cpu_usage"].get("total_usage") or 0) / 1e9,
        memory=memory,
        swap=swap,
        ports=_listening(pid) if group else (),
        opened=passive_opens(_text(f"/proc/{pid}/net/snmp")) if group else None,
        packets=packets_in(_text(f"/proc/{pid}/net/dev")) if group else 0,
    )


def memory_of(account: dict[str, Any]) -> tuple[int, int | None]:
    """Pure: bytes resident without page cache, and in swap; None where the engine does not say."""
    detail = account.get("stats") or {}
    if "total_rss" in detail:
        return detail["total_rss"] + detail.get("total_shmem", 0), detail.get("total_swap")
    if "anon" in detail:
        return detail["anon"] + detail.get("shmem", 0), None
    return account.get("usage", 0), None


def listening(lines: Iterable[str]) -> set[int]:
    """Pure: ports listened on, from the lines of `/proc/net/tcp`; Docker's own resolver left out."""
    ports = set()
    for line in lines:
        fields = line.split()
        if len(fields) > 3 and fields[3] == LISTEN:
            address, _, port = fields[1].rpartition(":")
            if address != "0B00007F":  # 127.0.0.11
                ports.add(int(port, 16))
    return ports


def passive_opens(snmp: str) -> int | None:
    """Pure: connections accepted, from `/proc/net/snmp`, whose lines come in pairs of names and values."""
    rows = [line.split() for line in snmp.splitlines() if line.startswith("Tcp:")]
    return int(dict(zip(rows[0], rows[1], strict=False))["PassiveOpens"]) if len(rows) == 2 else None


def packets_in(dev: str) -> int:
    """Pure: packets received, from `/proc/net/dev`, over all that is not the container's own loopback."""
    rows = [line.partition(":") for line in dev.splitlines() if ":" in line]
    return sum(int(numbers.split()[1]) for name, _, numbers in rows if name.strip() != "lo")


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _swap_of(group: Path) -> int:
    """cgroup v2 counts swap by itself, v1 together with memory."""
    alone = read_number(group / "memory.swap.current")
    if alone is not None:
        return alone
    both, memory = read_number(group / "memory.memsw.usage_in_bytes"), read_number(group / "memory.usage_in_bytes")
    return max(0, both - memory) if both is not None and memory is not None else 0


def _listening(pid: int) -> tuple[int, ...]:
    found: set[int] = set()
    for table in ("tcp", "tcp6"):
        try:
            found |= listening(Path(f"/proc/{pid}/net/{table}").read_text().splitlines())
        except OSError:
            continue
    return tuple(sorted(found))
