"""Who opens a page of a Space, told by the edge: one line a page, none for anything else, and nothing of ours on the way.

The edge writes its lines into a file that is emptied every few seconds: addresses lie on the disk no longer than that. Whoever
comes back within half an hour is still the same visit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from spaces.settings import Settings

PAUSE_SECONDS = 1800
"""Who stays away longer comes anew."""
LINES = 20_000
"""Taken from the file at one look; what is more is not counted."""
_BYTES = 16 << 20
_REMEMBERED = 200_000


class Opened(NamedTuple):
    """Somebody opened a page."""

    host: str
    address: str
    agent: str


def file_of(settings: Settings) -> Path:
    """Where the edge writes."""
    return settings.path("edge", "visits.log")


def take(where: Path) -> list[Opened]:
    """What the edge wrote since the last look, and empties the file; it appends, so it goes on at the beginning."""
    try:
        with where.open("r+b") as file:
            data = file.read(_BYTES)
            os.ftruncate(file.fileno(), 0)
    except FileNotFoundError:
        return []
    return list(read(data.split(b"\n", LINES)[:LINES]))


def read(lines: Iterable[bytes]) -> Iterator[Opened]:
    """Lines as the edge writes them; what is none, or was no page, is left out."""
    for line in lines:
        try:
            said = json.loads(line)
            host, address = said["RequestHost"], said["ClientHost"]
            status, agent = said.get("DownstreamStatus", 0), said.get("request_User-Agent", "")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        texts = all(isinstance(text, str) for text in (host, address, agent))
        if texts and isinstance(status, int) and not 400 <= status < 500:
            yield Opened(host.lower(), address, agent[:500])


class Visits:
    """Tells visits from pages. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, str], float] = {}

    def is_new(self, space_id: int, digest: str, at: float) -> bool:
        """True where this begins a visit."""
        key = (space_id, digest)
        before = self._last.pop(key, None)
        self._last[key] = at  # the newest stands last
        self._forget(at)
        return before is None or at - before > PAUSE_SECONDS

    def _forget(self, at: float) -> None:
        while self._last:
            oldest = next(iter(self._last))
            if at - self._last[oldest] <= PAUSE_SECONDS and len(self._last) <= _REMEMBERED:
                return
            del self._last[oldest]
