"""How many bytes a repository takes: its git objects on disk, and its large files, also where others hold the same."""

from __future__ import annotations

import os
from pathlib import Path

from spaces import db
from spaces.repos import store
from spaces.repos.lfs import holdings


def size(number: int) -> int:
    """Bytes; 0 where there is no such repository."""
    with db.reading() as session:
        large = holdings.total(session, number)
    return _below(store.path(number)) + large


def _below(folder: Path) -> int:
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:  # packed or deleted meanwhile
            continue
    return total
