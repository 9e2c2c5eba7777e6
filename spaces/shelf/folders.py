"""Folders on the shelf: what an engine mounts into instances. Each is made whole or not at all, and never changes.

Their names are made of numbers and hashes alone, so a name says what is in it, and no name of a person's is a path."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from spaces.errors import EntryNotFound
from spaces.repos import lock as locks
from spaces.repos.export import export_tree
from spaces.repos.lfs import blobs
from spaces.repos.objects import open_objects
from spaces.settings import get_settings
from spaces.shelf import contents

MAKING_SECONDS = 3600.0
"""How long others wait for whoever lays out the same folder."""


def commit(number: int, sha: str) -> str:
    """The folder with all files of commit `sha`, relative to the shelf; made where it is missing.

    Raises what `export_tree` raises: a path that may not be, too many bytes, a large file that was never uploaded."""
    return _ensure(f"commits/{number}/{sha}", lambda into: _lay_out(number, sha, into))


def collection(files: Mapping[str, str]) -> str:
    """The folder with the given contents: name in the folder to SHA-256."""
    named = hashlib.sha256(json.dumps(sorted(files.items())).encode()).hexdigest()

    def make(into: Path) -> None:
        for name, sha256 in files.items():
            contents.link(contents.path(sha256), into / name)

    return _ensure(f"collections/{named}", make)


def within(folder: str, part: str) -> str:
    """The folder `part` of a folder on the shelf. Raises EntryNotFound; a symlink on the way is none."""
    whole = root() / folder
    where = whole / part
    if not where.is_dir() or where.resolve() != whole.resolve() / part:
        raise EntryNotFound(
            f"There is no folder {part[:200]!r}.", hint="Name a folder of the repository, or leave it out."
        )
    return f"{folder}/{part}"


def present(folder: str) -> bool:
    """True where the folder is there; whoever asks will use it, so it is not swept for a while."""
    with locked(folder):
        try:
            os.utime(root() / folder)
        except FileNotFoundError:
            return False
        return True


def root() -> Path:
    """Where the shelf lies."""
    return get_settings().data / "shelf"


def locked(folder: str, seconds: float = MAKING_SECONDS) -> contextlib.AbstractContextManager[None]:
    """Held by whoever makes the folder, is about to use it, or takes it off the shelf."""
    name = hashlib.sha256(folder.encode()).hexdigest()[:3]  # a few thousand files, whatever comes
    return locks.locked(get_settings().path("shelf", "locks", name), seconds)


# -- private


def _ensure(folder: str, make: Callable[[Path], None]) -> str:
    where = root() / folder
    if present(folder):
        return folder
    with locked(folder):
        if not where.exists():
            fresh = contents.draft()
            fresh.mkdir()
            try:
                make(fresh)
                fresh.chmod(0o755)
                where.parent.mkdir(parents=True, exist_ok=True)
                fresh.rename(where)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _lay_out(number: int, sha: str, into: Path) -> None:
    tree = export_tree(number, sha)
    with open_objects(tree.repository) as objects:
        for path, entry in tree.files.items():
            where = into / path
            where.parent.mkdir(parents=True, exist_ok=True)
            if entry.is_link:
                where.symlink_to(tree.links[path])
                continue
            if path in tree.large:
                sha256 = tree.large[path].oid
                contents.adopt(blobs.path(sha256), sha256)
            else:
                sha256 = contents.add(objects.chunks(entry.oid))
            contents.link(contents.path(sha256), where)
    for folder, _, _ in os.walk(into):
        Path(folder).chmod(0o755)
