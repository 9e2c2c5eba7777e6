"""Looking into one commit: a page of a folder, some paths at once, one file. Symlinks are shown and never followed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from spaces.errors import EntryNotFound
from spaces.repos import rules, store
from spaces.repos.objects import Entry, Info, entries, open_objects
from spaces.settings import get_settings

_TOGETHER = 100
"""Paths that one git is asked for: 4096 bytes each at most, and the kernel takes some megabytes of them."""


def page(space_id: int, sha: str, folder: str, *, recursive: bool, start: int, count: int) -> tuple[list[Entry], bool]:
    """`count` entries of a folder of the commit `sha` from the `start`th on, and whether more follow; with `recursive`
    all that lies below, folders too. Submodules count and are not among them. Raises EntryNotFound."""
    where = store.find(space_id)
    if folder:
        rules.check_path(folder)
    with open_objects(where) as objects:
        found = objects.info(f"{sha}:{folder}" if folder else f"{sha}^{{tree}}")
    if found is None or found.kind != "tree":
        raise EntryNotFound(f"There is no folder {folder[:200]!r} at {sha[:8]}.")
    # Each file may lie in a folder of its own.
    limit = 2 * get_settings().file_limit
    listed = entries(
        where,
        found.oid,
        recursive=recursive,
        limit=limit,
        prefix=f"{folder}/" if folder else "",
        folders=recursive,
    )
    try:
        taken = list(itertools.islice(listed, start, start + count + 1))
    finally:
        listed.close()  # type: ignore[attr-defined]
    return [entry for entry in taken[:count] if entry.kind != "commit"], len(taken) > count


def find(space_id: int, sha: str, paths: Iterable[str]) -> list[Entry]:
    """The entries at `paths` in the commit `sha`; those that are not there are left out."""
    wanted = {path for path in paths if not rules.path_fault(path)}
    found: list[Entry] = []
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _TOGETHER):
        some = ordered[start : start + _TOGETHER]
        listed = entries(
            store.find(space_id),
            sha,
            recursive=False,
            limit=2 * get_settings().file_limit,
            folders=True,
            paths=some,
        )
        # On its way to a file git shows the folders above it as well.
        found += [entry for entry in listed if entry.path in wanted and entry.kind != "commit"]
    return sorted({entry.path: entry for entry in found}.values(), key=lambda entry: entry.path)


def find_file(space_id: int, sha: str, path: str) -> Info:
    """The blob at `path` in the commit `sha`; a symlink's holds its target. Raises EntryNotFound."""
    rules.check_path(path)
    with open_objects(store.find(space_id)) as objects:
        found = objects.info(f"{sha}:{path}")
    if found is None or found.kind != "blob":
        raise EntryNotFound(f"There is no file {path[:200]!r} at {sha[:8]}.")
    return found


def stream(space_id: int, blob: Info, start: int, stop: int) -> Iterator[bytes]:
    """The bytes of `blob` from `start` up to `stop`, in pieces of at most a mebibyte."""
    at = 0
    with open_objects(store.find(space_id)) as objects:
        for piece in objects.chunks(blob.oid):
            if at + len(piece) > start:
                yield piece[max(0, start - at) : stop - at]
            at += len(piece)
            if at >= stop:
                return
