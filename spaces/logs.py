"""Logs outside containers, so that they can be read after a crash: one text file per Space or build, `time stream text`.

Only one process writes a file (the controller a Space's run log, a builder its build's); any number read. Run logs rotate;
a reader notices by the file's inode and goes on where it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import structlog

from spaces.engines.base import ContainerState, Engine, LogLine, Observation
from spaces.models.types import now
from spaces.settings import get_settings

log = structlog.get_logger()

LINE_BYTES = 16 * 1024
"""A longer line is cut."""
RECENT_BYTES = 64 * 1024
"""How far `recent` looks back."""
PAGE_BYTES = 4 * 1024 * 1024
"""How far it looks for a page that shows many lines."""
TRIES = 200
"""How often a reader begins anew because the log rotated under it: an app can fill a small log within milliseconds."""
BEFORE_START = dt.timedelta(seconds=1)
"""An engine notes the time of a start when it is done, and an app may have printed by then."""
BUILD = "build"
"""The stream of a build log's lines, whose files name none."""


def run_log(space_id: int) -> Path:
    """Where what a Space's instances print is kept."""
    return get_settings().data / "logs" / "runs" / str(space_id) / "run.log"


def build_log(space_id: int, number: int) -> Path:
    """Where a build's log is kept; the builder writes it."""
    return get_settings().data / "logs" / "builds" / str(space_id) / f"{number}.log"


def read(path: Path, tail: int | None = None) -> Iterator[LogLine]:
    """The lines kept so far, oldest first, through all rotations; only the last `tail` where given."""
    lines = _lines_of(path)
    return iter(deque(lines, maxlen=max(tail, 0))) if tail is not None else lines


def recent(path: Path, lines: int, look_back: int = RECENT_BYTES) -> list[LogLine]:
    """The last few lines, from the end of the newest file alone: cheap enough to ask every second."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - look_back))
            whole = file.read().split(b"\n")[:-1]
    except OSError:
        return []
    return [line for raw in whole[-lines:] if (line := _decode(raw, _is_build(path)))]


async def follow(
    path: Path, tail: int | None = None, ended: Callable[[], bool] = lambda: False, poll: float = 0.2
) -> AsyncIterator[LogLine]:
    """What `read` gives, then every further line as it comes. Ends once `ended` says that no line will come any more."""
    async with contextlib.aclosing(follow_batches(path, tail, ended, poll)) as batches:
        async for batch in batches:
            for line in batch:
                yield line


async def follow_batches(
    path: Path, tail: int | None = None, ended: Callable[[], bool] = lambda: False, poll: float = 0.2
) -> AsyncGenerator[list[LogLine], None]:
    """The same, all lines at once that there are by then."""
    reader = await asyncio.to_thread(_Reader, path)
    try:
        history = await asyncio.to_thread(reader.more)
        while tail is not None and (further := await asyncio.to_thread(reader.more)):
            history = (history + further)[-max(tail, 1) :]
        yield history[-tail:] if tail else ([] if tail == 0 else history)
        while True:
            over = await asyncio.to_thread(ended)  # asked before the last look: what is written until then is read
            lines = await asyncio.to_thread(reader.more)
            if lines:
                yield lines
            else:
                if over:
                    return
                await asyncio.sleep(poll)
    finally:
        reader.close()


class RunLog:
    """The writing end of one run log. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        settings = get_settings()
        self._path, self._size, self._files = path, settings.log_size, settings.log_files
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None

    def append(self, lines: Iterable[LogLine]) -> None:
        """Writes `lines`, and starts a new file where the present one is full."""
        with self._lock:
            for line in lines:
                data = _encode(line)
                if self._file is None or self._file.tell() + len(data) > self._size:
                    self._open(len(data))
                assert self._file is not None
                self._file.write(data)

    def last_time(self) -> dt.datetime | None:
        """The time of the newest line; None in an empty log."""
        return max((line.at for line in read(self._path, tail=50)), default=None)

    def close(self) -> None:
        with self._lock:
            if self._file:
                self._file.close()
            self._file = None

    def _open(self, coming: int) -> None:
        if self._file:
            self._file.close()
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            size = self._path.stat().st_size
            if size and size + coming > self._size:
                for number in range(self._files - 1, 0, -1):
                    with contextlib.suppress(FileNotFoundError):
                        _rotated(self._path, number).replace(_rotated(self._path, number + 1))
                self._path.replace(_rotated(self._path, 1))
        self._file = self._path.open("ab", buffering=0)
        self._file.seek(0, os.SEEK_END)


class Collectors:
    """For the controller: one thread per instance that carries its output into the run log.

    A thread that lost the engine is started again at the next `follow`, and goes on after the last line it kept. An app
    that died before anybody saw it run is read once, after its end: its last words matter most."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._begun = engine, now()
        self._threads: dict[str, threading.Thread] = {}
        self._logs: dict[int, RunLog] = {}
        self._last: dict[str, dt.datetime] = {}
        self._read: dict[str, dt.datetime | None] = {}

    def follow(self, observed: Iterable[Observation]) -> None:
        """Makes sure that each of these instances is being followed, or was read to its end; called at every sweep."""
        observed = [seen for seen in observed if seen.space_id is not None]
        for name in [name for name, thread in self._threads.items() if not thread.is_alive()]:
            del self._threads[name]
        names = {seen.name for seen in observed} | set(self._threads)
        self._last = {name: at for name, at in self._last.items() if name in names}
        self._read = {name: at for name, at in self._read.items() if name in names}
        for seen in observed:
            if seen.name not in self._threads and self._has_more(seen):
                thread = threading.Thread(target=self._collect, args=(seen,), daemon=True, name=f"logs-{seen.name}")
                self._threads[seen.name] = thread
                thread.start()

    def _has_more(self, seen: Observation) -> bool:
        if seen.state != ContainerState.EXITED:
            return seen.state == ContainerState.RUNNING
        ended = seen.finished_at is not None and seen.finished_at >= self._begun
        return ended and self._read.get(seen.name) != seen.finished_at

    def _collect(self, seen: Observation) -> None:
        try:
            assert seen.space_id is not None
            kept = self._logs.setdefault(seen.space_id, RunLog(run_log(seen.space_id)))
            since = self._last.get(seen.name) or self._beginning(seen, kept)
            for line in self._engine.logs(seen.name, since=since, follow=seen.state == ContainerState.RUNNING):
                if since and line.at <= since:  # engines take `since` as seconds, or as inclusive
                    continue
                kept.append([line])
                self._last[seen.name] = line.at
            if seen.state == ContainerState.EXITED:
                self._read[seen.name] = seen.finished_at
        except Exception as error:
            log.warning("following a log was cut short", instance=seen.name, error=repr(error))

    def _beginning(self, seen: Observation, kept: RunLog) -> dt.datetime | None:
        """Where to begin with an instance that this controller has kept nothing of yet. Of one that a controller before
        it may have read, after the newest line of the log: whose line that is, the log does not tell."""
        if seen.started_at and seen.started_at >= self._begun:
            return seen.started_at - BEFORE_START
        return kept.last_time()


# -- private --------------------------------------------------------------------------------------

_CHUNK = 256 * 1024


def _encode(line: LogLine) -> bytes:
    at = line.at.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    text = line.text.replace("\n", " ").encode(errors="replace")[:LINE_BYTES]
    return f"{at} {line.stream} ".encode() + text + b"\n"


def _decode(raw: bytes, is_build: bool) -> LogLine | None:
    """None for what is no line of ours, such as the rest of a write that a crash cut."""
    text = raw.decode(errors="replace")
    at, _, rest = text.partition(" ")
    stream, rest = (BUILD, rest) if is_build else rest.partition(" ")[::2]
    with contextlib.suppress(ValueError):
        time = dt.datetime.fromisoformat(at)
        return LogLine(at=time if time.tzinfo else time.replace(tzinfo=dt.UTC), stream=stream, text=rest)
    return None


def _rotated(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _open_all(path: Path) -> list[BinaryIO]:
    """Every file of the log, oldest first. A rotation meanwhile would skip or repeat one: then all over."""
    for _ in range(TRIES):
        with contextlib.ExitStack() as stack:
            files: list[BinaryIO] = []
            names = _names(path)
            for where in names:
                with contextlib.suppress(FileNotFoundError):
                    files.append(stack.enter_context(where.open("rb")))
            if _names(path) == names and [_inode(file) for file in files] == list(_present(names)):
                stack.pop_all()
                return files
        time.sleep(0.001)
    return []


def _names(path: Path) -> list[Path]:
    older = len(list(path.parent.glob(f"{path.name}.*"))) if path.parent.is_dir() else 0
    # one more than there are: in the middle of a rotation a number is missing
    return [*(_rotated(path, number) for number in range(older + 1, 0, -1)), path]


def _present(names: Iterable[Path]) -> Iterator[int]:
    for where in names:
        with contextlib.suppress(FileNotFoundError):
            yield where.stat().st_ino


def _inode(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_ino


def _is_build(path: Path) -> bool:
    return path.parent.parent.name == "builds"


def _lines_of(path: Path) -> Iterator[LogLine]:
    reader = _Reader(path)
    try:
        while lines := reader.more():
            yield from lines
    finally:
        reader.close()


class _Reader:
    """Reads a log's files one after the other, and then the newest one as it grows and rotates."""

    def __init__(self, path: Path) -> None:
        self._path, self._is_build = path, _is_build(path)
        self._files = deque(_open_all(path))
        self._rest = b""

    def more(self) -> list[LogLine]:
        """The next lines; empty where there are none for now."""
        while True:
            data = self._files[0].read(_CHUNK) if self._files else b""
            if data:
                *whole, self._rest = (self._rest + data).split(b"\n")
                if len(self._rest) > 4 * LINE_BYTES:  # a build tool that never ends its line
                    whole, self._rest = [*whole, self._rest], b""
                if lines := [line for raw in whole if (line := _decode(raw, self._is_build))]:
                    return lines
            elif not self._advance():
                return []

    def close(self) -> None:
        while self._files:
            self._files.popleft().close()

    def _advance(self) -> bool:
        """On to the next file, also one that came into being meanwhile."""
        if len(self._files) <= 1:
            present = _inode(self._files[0]) if self._files else None
            with contextlib.suppress(FileNotFoundError):
                if self._path.stat().st_ino == present:
                    return False
            newer = _open_all(self._path)
            inodes = [_inode(file) for file in newer]
            after = inodes.index(present) + 1 if present in inodes else 0
            for file in newer[:after]:
                file.close()
            if present is not None and self._files[0].read(1):  # written between our last read and its rotation
                self._files[0].seek(-1, os.SEEK_CUR)
                for file in newer[after:]:
                    file.close()
                return True
            self._files.extend(newer[after:])
            if not newer[after:]:
                return False
            if present is None:
                return True
        self._rest = b""
        self._files.popleft().close()
        return True
