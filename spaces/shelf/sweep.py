"""Taking off the shelf what nobody needs: folders that no instance and no revision names, then contents that no folder holds.

Whatever was used or made within the last hour stays: somebody may be about to mount it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection
from pathlib import Path

from spaces.errors import Busy
from spaces.models.types import now
from spaces.shelf import contents, folders

GRACE = 3600
"""Seconds."""
DRAFT_GRACE = 24 * GRACE
"""Large files take their time to come."""


def sweep(needed: Collection[str]) -> None:
    """Keeps the folders `needed`. For now and then."""
    root = folders.root()
    for draft in root.glob("new/*"):
        if _older(draft, DRAFT_GRACE):
            _remove(draft)
    for pattern in ("commits/*/*", "collections/*"):
        for where in root.glob(pattern):
            folder = str(where.relative_to(root))
            if folder not in needed:
                _take_off(folder)
    for content in root.glob("contents/??/*"):
        with contextlib.suppress(FileNotFoundError):
            about = content.stat()
            # Its last name went away then, or it came: `ctime` tells both.
            if about.st_nlink == 1 and about.st_ctime < now().timestamp() - GRACE:
                content.unlink()


# -- private


def _take_off(folder: str) -> None:
    where, doomed = folders.root() / folder, contents.draft()
    with contextlib.suppress(Busy, FileNotFoundError), folders.locked(folder, seconds=0):
        if _older(where, GRACE):
            where.rename(doomed)
    _remove(doomed)


def _older(path: Path, seconds: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime < now().timestamp() - seconds
    return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
