"""Which files of a tree are pointers to large files that the repository holds. Others stay what they are: a few lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from spaces.repos import store
from spaces.repos.lfs import holdings, pointer
from spaces.repos.lfs.pointer import Large, Pointer
from spaces.repos.objects import Entry, Info, open_objects


def listed(number: int, rev: str) -> list[Entry]:
    """Every file of a revision."""
    return known(number, store.list_tree(number, rev, recursive=True))


def known(number: int, entries: Sequence[Entry]) -> list[Entry]:
    """`entries`, with `large` on those that are pointers."""
    found = pointers(number, entries)
    held = _held(number, found.values()) if found else {}
    return [dataclasses.replace(entry, large=held.get(found.get(entry.path))) for entry in entries]


def of(number: int, blob: Info) -> Large | None:
    """The large file that a single blob stands for."""
    entry = Entry("", "100644", "blob", blob.oid, blob.size)
    return known(number, [entry])[0].large


def pointers(number: int, entries: Iterable[Entry]) -> dict[str, Pointer]:
    """What the pointers among `entries` say, by path; whether or not the repository holds it."""
    candidates = [
        entry for entry in entries if entry.kind == "blob" and not entry.is_link and entry.size in pointer.SIZES
    ]
    if not candidates:
        return {}
    with open_objects(store.find(number)) as objects:
        read = ((entry.path, pointer.parse(b"".join(objects.chunks(entry.oid)))) for entry in candidates)
        return {path: found for path, found in read if found}


# -- private


def _held(number: int, found: Iterable[Pointer]) -> dict[Pointer | None, Large]:
    wanted = set(found)
    rows = holdings.held(number, {item.oid for item in wanted})
    return {
        item: Large(row.oid, row.size, row.git_oid)
        for item in wanted
        if (row := rows.get(item.oid)) and row.size == item.size
    }
