"""What a push brought: pointers to files that the repository was never sent. Only where its branches and tags end: history
that lost its files may come along."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from spaces.errors import TooLarge
from spaces.repos import store
from spaces.repos.lfs import holdings, view
from spaces.repos.objects import Entry, entries, open_objects
from spaces.settings import get_settings

_TOLD = 20


def missing(number: int, before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The paths, at most some, of new pointers in the trees of `after` (refs and their commits) to what is not here."""
    old = set(before.values())
    known = {entry.oid for sha in old for entry in _files(number, sha)} if set(after.values()) - old else set()
    fresh = [entry for sha in set(after.values()) - old for entry in _files(number, sha) if entry.oid not in known]
    found = view.pointers(number, fresh)
    held = holdings.held(number, {pointer.oid for pointer in found.values()}) if found else {}
    lost = sorted(path for path, pointer in found.items() if pointer.oid not in held)
    return lost[:_TOLD] + ([f"and {len(lost) - _TOLD} more"] if len(lost) > _TOLD else [])


# -- private


def _files(number: int, sha: str) -> Iterator[Entry]:
    where = store.find(number)
    with open_objects(where) as objects:
        tree = objects.info(f"{sha}^{{tree}}")
    # What is no commit, or too large to be listed, is judged when somebody builds or reads it.
    with contextlib.suppress(TooLarge):
        if tree:
            yield from entries(where, tree.oid, recursive=True, limit=get_settings().file_limit)
