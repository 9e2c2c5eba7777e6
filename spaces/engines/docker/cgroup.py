"""Where the kernel keeps a container's accounts, read from the host's own files; cgroup v1 and v2."""

from __future__ import annotations

from pathlib import Path

ROOT = Path("/sys/fs/cgroup")


def memory_group(pid: int, container_id: str) -> Path | None:
    """The directory of the memory controller, or None where `pid` is not, as we see it, a process of that container:
    in another pid namespace the number means somebody else."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    group = find_group(lines, container_id, (ROOT / "cgroup.controllers").exists())
    return ROOT / group if group and (ROOT / group).is_dir() else None


def find_group(lines: list[str], container_id: str, unified: bool) -> str | None:
    """Pure: the path below the root of all groups, from the lines of `/proc/PID/cgroup`. `unified`: cgroup v2."""
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if container_id not in path or ".." in path:
            continue
        if unified and controllers == "":
            return path.lstrip("/")
        if not unified and "memory" in controllers.split(","):
            return "memory" + path
    return None


def processes(group: Path) -> list[int]:
    """Everything in it, its subgroups included."""
    found: list[int] = []
    for listing in [group / "cgroup.procs", *group.glob("*/**/cgroup.procs")]:
        try:
            found += [int(pid) for pid in listing.read_text().split()]
        except OSError:
            continue
    return [pid for pid in found if pid > 0]


def read_number(path: Path) -> int | None:
    """None where the file is missing or says `max`."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None
