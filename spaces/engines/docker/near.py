"""Where the engine sees the shelf: at its own path, or, where we run in a container ourselves, inside a volume of ours."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path, PurePosixPath

from spaces.engines.docker.client import Link, NotFound, translated

_SELF = re.compile(r"/containers/([0-9a-f]{64})/(?:hosts|hostname|resolv\.conf) ")
"""How the files that an engine mounts into each of its containers tell which one this is."""


def shelf_seen(link: Link, mountinfo: str | None = None) -> str:
    """The shelf's path on the engine's machine. Where that machine is another there is no such path, and a start says so."""
    ours = link.settings.data / "shelf"
    if mountinfo is None:
        mountinfo = Path("/proc/self/mountinfo").read_text()
    if found := _SELF.search(mountinfo):
        with contextlib.suppress(NotFound), translated("tell of our own container"):
            return outside(link.quick.inspect_container(found[1])["Mounts"], str(ours))
    return str(ours)


def outside(mounts: list[dict[str, str]], path: str) -> str:
    """Pure: what lies at `path` in a container with these mounts, as the engine's machine calls it."""
    inside = PurePosixPath(path)
    holding = [mount for mount in mounts if inside.is_relative_to(mount["Destination"])]
    if not holding:
        return path
    nearest = max(holding, key=lambda mount: len(mount["Destination"]))
    return str(PurePosixPath(nearest["Source"], inside.relative_to(nearest["Destination"])))
