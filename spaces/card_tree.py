"""The files of one commit, as the card's reader sees them: read a bounded piece, ask whether a file is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol


class Tree(Protocol):
    """Paths are relative to the repository's root, with `/`."""

    def read(self, path: str, limit: int) -> bytes | None:
        """The first `limit` bytes of a regular file; None where there is none."""
        ...

    def exists(self, path: str) -> bool:
        """True where `path` is a regular file."""
        ...


class Files:
    """A tree in memory."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def read(self, path: str, limit: int) -> bytes | None:
        content = self.files.get(path)
        return content if content is None else content[:limit]

    def exists(self, path: str) -> bool:
        return path in self.files


class Folder:
    """A tree exported to a directory that nobody else writes. Links are followed only where they stay inside."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def read(self, path: str, limit: int) -> bytes | None:
        found = self._find(path)
        if found is None:
            return None
        with found.open("rb") as file:
            return file.read(limit)

    def exists(self, path: str) -> bool:
        return self._find(path) is not None

    def _find(self, path: str) -> Path | None:
        try:
            found = (self.root / path).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):
            # Absent, too long, with a NUL, or links in a circle.
            return None
        return found if found.is_relative_to(self.root) and found.is_file() else None
