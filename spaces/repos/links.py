"""Where symlinks of a tree lead: followed by name inside the tree, never on a disk."""

from __future__ import annotations

from collections.abc import Mapping

_HOPS = 40


class Escape(Exception):
    """The path leads out of the tree, or in a circle."""


def follow(path: str, links: Mapping[str, str]) -> str:
    """The path that `path` means once every symlink on its way is followed; `links` maps a symlink's path to its target.
    A name check alone would miss `up -> ..` used as `sub/up/../..`."""
    done: list[str] = []
    todo = path.split("/")[::-1]
    hops = 0
    while todo:
        part = todo.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                raise Escape(path)
            done.pop()
            continue
        done.append(part)
        target = links.get("/".join(done))
        if target is None:
            continue
        hops += 1
        if target.startswith("/") or hops > _HOPS:
            raise Escape(path)
        done.pop()
        todo.extend(target.split("/")[::-1])
    return "/".join(done)
