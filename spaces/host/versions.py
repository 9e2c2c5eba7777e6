"""Which versions have known holes that a Space could use: escapes from containers, and ways around the edge.

Distributions mend old versions without a new number, so their mended packages are listed beside the floor.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import BaseModel


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Floor(BaseModel, frozen=True):
    """The first safe version of one part."""

    first_safe: tuple[tuple[int, ...], ...]
    """One for each release series that is mended; the newest series last."""
    verdict: Verdict
    """Of a version below."""
    why: str
    mended: tuple[str, ...] = ()
    """Beginnings of distribution versions known to carry the fixes, such as `1.1.5+ds1-1+deb12u1`."""


FLOORS = {
    "runc": Floor(
        first_safe=((1, 1, 12),),
        verdict=Verdict.FAIL,
        why="a container can reach the host through a leaked file handle (CVE-2024-21626)",
        mended=("1.1.5+ds1-1+deb12u", "1.0.0~rc93+ds1-5+deb11u"),
    ),
    "runc masked paths": Floor(
        first_safe=((1, 2, 8), (1, 3, 3), (1, 4, 0)),
        verdict=Verdict.WARN,
        why="races on masked paths let a malicious image write to the host's /proc (CVE-2025-31133, -52565, -52881)",
    ),
    "buildkit": Floor(
        first_safe=((0, 12, 5),),
        verdict=Verdict.FAIL,
        why="a malicious Dockerfile can delete or read files of the host (CVE-2024-23651 to -23653)",
    ),
    "traefik": Floor(
        first_safe=((3, 6, 14),),
        verdict=Verdict.FAIL,
        why="requests can get around its rules",
    ),
    "git": Floor(
        first_safe=((2, 39, 4), (2, 40, 2), (2, 41, 1), (2, 42, 2), (2, 43, 4), (2, 44, 1), (2, 45, 1)),
        verdict=Verdict.FAIL,
        why="a repository can run programs when it is cloned (CVE-2024-32002, -32004)",
        mended=("1:2.30.2-1+deb11u", "1:2.34.1-1ubuntu1.1"),
    ),
    "nvidia-toolkit": Floor(
        first_safe=((1, 17, 8),),
        verdict=Verdict.FAIL,
        why="an image can run code as root on the host (CVE-2025-23266)",
    ),
}


def parse(version: str) -> tuple[int, ...] | None:
    """The first dotted number in `version`: `v1.1.5+ds1` and `git version 2.39.5` both have one."""
    found = re.search(r"\d+(?:\.\d+)+", version)
    return tuple(int(part) for part in found[0].split(".")) if found else None


def judge(part: str, version: str, package: str = "") -> Verdict:
    """OK, or how bad it is. `package` is the distribution's own version where that is known. An unreadable version is a
    warning: nothing is known, and nothing is claimed."""
    floor, found = FLOORS[part], parse(version)
    if found is None:
        return Verdict.WARN
    if _safe(floor, found) or any(package.startswith(mended) for mended in floor.mended):
        return Verdict.OK
    return floor.verdict


# Private


def _safe(floor: Floor, found: tuple[int, ...]) -> bool:
    """Within a mended series: from its first safe version on. Beyond all of them: safe."""
    series = [first for first in floor.first_safe if first[:2] == found[:2]]
    if series:
        return found >= series[0]
    return found[:2] > max(first[:2] for first in floor.first_safe)
