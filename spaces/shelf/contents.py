"""Contents on the shelf: one file for each, named by its SHA-256, readable by every app and writable by none.

Folders hold hard links to them, so a content that nothing links to is one that nobody needs."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

from spaces.settings import get_settings

MODE = 0o444
CHUNK = 1 << 20
_LINKS = (errno.EMLINK, errno.EXDEV, errno.EPERM)
"""Why a file cannot be linked: it has too many names, lies on another disk, or belongs to somebody else."""


def add(pieces: Iterable[bytes]) -> str:
    """Puts what `pieces` are on the shelf; returns its SHA-256."""
    fresh = draft()
    digest = hashlib.sha256()
    try:
        with fresh.open("xb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        keep(fresh, digest.hexdigest())
    finally:
        fresh.unlink(missing_ok=True)
    return digest.hexdigest()


def draft() -> Path:
    """Where something new may grow; whatever is left there is swept."""
    return get_settings().path("shelf", "new", secrets.token_hex(16))


def keep(draft: Path, sha256: str) -> None:
    """A finished file, whose SHA-256 the caller has taken, becomes a content where there is none yet."""
    where = path(sha256)
    if not where.exists():
        where.parent.mkdir(parents=True, exist_ok=True)
        draft.chmod(MODE)
        draft.replace(where)


def adopt(file: Path, sha256: str) -> None:
    """A file that lies on our disk already, and never changes, becomes a content without being copied."""
    where = path(sha256)
    if where.exists():
        return
    where.parent.mkdir(parents=True, exist_ok=True)
    fresh = draft()
    try:
        link(file, fresh)
        keep(fresh, sha256)
    finally:
        fresh.unlink(missing_ok=True)


def link(file: Path, to: Path) -> None:
    """`to` becomes another name of `file`, or a copy where that cannot be."""
    try:
        os.link(file, to)
    except OSError as error:
        if error.errno not in _LINKS:
            raise
        with contextlib.suppress(FileExistsError):
            shutil.copyfile(file, to)
            to.chmod(MODE)


def path(sha256: str) -> Path:
    """Where the content lies, whether or not it is there. `sha256` is our own finding."""
    return get_settings().data.joinpath("shelf", "contents", sha256[:2], sha256)
