"""Taking large files away for good: their pointers from where branches stand now, and then the bytes. Earlier commits keep
pointers to nothing: a rewritten history would make everybody's clone another repository."""

from __future__ import annotations

from collections.abc import Collection

from spaces.repos import changes, store
from spaces.repos.changes import Remove
from spaces.repos.lfs import holdings, view

MESSAGE = "Delete large files"


def remove(number: int, oids: Collection[str], author: str, *, pointers: bool) -> bool:
    """The repository lets go of `oids`; with `pointers`, a commit on each branch takes theirs away. True where the default
    branch has moved by that."""
    moved = False
    branches = [ref.removeprefix("refs/heads/") for ref in store.refs(number) if ref.startswith("refs/heads/")]
    for branch in branches if pointers else []:
        found = view.pointers(number, store.list_tree(number, f"refs/heads/{branch}", recursive=True))
        gone = [Remove(path) for path, pointer in found.items() if pointer.oid in oids]
        if gone:
            moved |= changes.apply(number, branch, MESSAGE, author, gone).news
    holdings.release(number, oids)
    return moved
