"""A commit's request, from its first byte to a list of changes; what it holds lies in a folder that goes with it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request

from spaces.errors import BadRequest, DemodockError, TooLarge
from spaces.hub.ndjson import Lines, too_large
from spaces.models.types import now
from spaces.repos import rules
from spaces.repos.body import Body, Gone, length_of
from spaces.repos.changes import Change, Put, Remove
from spaces.repos.lfs import pointer
from spaces.repos.lfs.intake import Claim
from spaces.settings import get_settings

_PIECE = 1 << 20
"""Bytes gathered before a thread looks at them."""
_NAMES = 32 << 20
"""Characters of all paths of one commit together."""
_DRAIN_SECONDS = 60.0
_OVERHEAD = 64 << 20
"""Bytes of lines beside the contents in base64."""
_LEFT_AFTER = 24 * 3600
"""Seconds after which a folder is what a killed process left."""


@dataclass
class Upload:
    message: str = ""
    parent: str | None = None
    changes: list[Change | Claim] = field(default_factory=list)


@contextlib.asynccontextmanager
async def receive(request: Request) -> AsyncIterator[Upload]:
    """The commit in the body of `request`; files too large for memory lie on disk until the end of the block.

    Raises BadRequest for what is no commit, TooLarge over `push_limit`."""
    limit = get_settings().push_limit << 20
    most = limit // 3 * 4 + _OVERHEAD
    if (length_of(request.headers.get("content-length")) or 0) > most:
        raise too_large(limit)
    body = Body(request.receive, request.headers.get("content-encoding", ""))
    folder = await run_sync(_make_folder)
    lines = Lines(folder, limit)
    try:
        reader = _Reader(lines)
        try:
            await _read(body, reader, most, limit)
        except DemodockError:
            await body.drain(limit, _DRAIN_SECONDS)  # a client that still sends does not listen yet
            raise
        except Gone:
            raise BadRequest("The request ended before its commit did.") from None
        yield reader.upload
    finally:
        lines.close()
        await run_sync(lambda: shutil.rmtree(folder, ignore_errors=True))


def sweep() -> None:
    """Removes what a killed process left of its uploads."""
    before = now().timestamp() - _LEFT_AFTER
    for folder in _root().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)


# -- private


async def _read(body: Body, reader: _Reader, most: int, limit: int) -> None:
    gathered = bytearray()
    async for piece in body:
        gathered += piece
        if body.count > most:
            raise too_large(limit)
        if len(gathered) >= _PIECE:
            await run_sync(reader.feed, bytes(gathered))
            gathered.clear()
    await run_sync(reader.feed, bytes(gathered))
    await run_sync(reader.end)


class _Reader:
    """Lines in, an `Upload` out."""

    def __init__(self, lines: Lines) -> None:
        self.upload = Upload()
        self._lines, self._names = lines, 0
        self._kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            "header": self._header,
            "file": self._file,
            "deletedFile": lambda value: self._remove(value, folder=False),
            "deletedFolder": lambda value: self._remove(value, folder=True),
            "lfsFile": self._large,
        }

    def feed(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            self._take(line)

    def end(self) -> None:
        for line in self._lines.end():
            self._take(line)
        if not self.upload.message:
            raise BadRequest("The commit has no header.", hint="Its first line says `summary`.", code="no_header")

    # -- private

    def _take(self, line: dict[str, Any]) -> None:
        key = line.get("key")
        take = self._kinds.get(key) if isinstance(key, str) else None
        if take is None:
            raise BadRequest(
                f"A commit's line may not be {str(key)[:40]!r} here.",
                hint=f"Allowed: {', '.join(self._kinds)}.",
                code="unknown_line",
            )
        if key != "header" and not self.upload.message:
            raise BadRequest("A commit's first line is its header.", code="no_header")
        take(line["value"])

    def _header(self, value: dict[str, Any]) -> None:
        if self.upload.message:
            raise BadRequest("A commit has one header.", code="two_headers")
        summary, description = _text(value, "summary").strip(), _text(value, "description", "")
        if not summary:
            raise BadRequest("The commit has no summary.", hint="Say in a few words what it does.", code="no_summary")
        self.upload.message = f"{summary}\n\n{description}".strip()
        self.upload.parent = _text(value, "parentCommit", "") or None

    def _file(self, value: dict[str, Any]) -> None:
        if _text(value, "encoding", "base64") != "base64":
            raise BadRequest("A file's content comes in base64.", hint='Say `"encoding": "base64"`.', code="bad_base64")
        self._add(Put(_text(value, "path"), self._lines.content(_text(value, "content"))))

    def _remove(self, value: dict[str, Any], folder: bool) -> None:
        path = _text(value, "path")
        self._add(Remove(path.removesuffix("/") if folder else path, folder))

    def _large(self, value: dict[str, Any]) -> None:
        oid, size = _text(value, "oid"), value.get("size")
        if _text(value, "algo", "sha256") != "sha256" or not pointer.valid_oid(oid):
            raise BadRequest("A large file is named by its SHA-256.", code="malformed")
        if not isinstance(size, int | None) or isinstance(size, bool):
            raise BadRequest("A large file's size is a number.", code="malformed")
        self._add(Claim(_text(value, "path"), oid, size))

    def _add(self, change: Change | Claim) -> None:
        rules.check_path(change.path)
        self._names += len(change.path)
        self.upload.changes.append(change)
        most = get_settings().file_limit
        if len(self.upload.changes) > most or self._names > _NAMES:
            raise TooLarge(f"The commit changes more than {most} files.", hint="Commit fewer files at once.")


def _text(value: dict[str, Any], key: str, default: str | None = None) -> str:
    text = value.get(key, default)
    if text is None and default is not None:
        return default
    if not isinstance(text, str):
        raise BadRequest(f"A line of the commit lacks the text `{key}`.", code="malformed")
    return text


def _root() -> Path:
    return get_settings().path("uploads", "any").parent


def _make_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="commit-", dir=_root()))
