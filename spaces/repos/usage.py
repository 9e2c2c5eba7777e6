"""How many bytes a repository takes: its git objects on disk, and its large files, also where others hold the same."""

from __future__ import annotations

from spaces import db
from spaces.repos import disk, store
from spaces.repos.lfs import holdings


def size(number: int) -> int:
    """Bytes; 0 where there is no such repository."""
    with db.reading() as session:
        large = holdings.total(session, number)
    return disk.below(store.path(number)) + large
