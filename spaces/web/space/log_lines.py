"""Lines of a log with a place each: where a reader who comes back goes on. Pure, but for `search`, which watches the clock.

A line's place is its time, and how many of that time came before it: builders write milliseconds, and many lines in one.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spaces.engines.base import LogLine
from spaces.web import ansi

MATCHES = 1000
"""The last so many are shown."""
SEARCH_SECONDS = 10.0


class Placed(NamedTuple):
    place: str
    line: LogLine

    @property
    def pieces(self) -> list[ansi.Piece]:
        return ansi.pieces(self.line.text)


class Found(NamedTuple):
    lines: list[Placed]
    count: int
    """Of all, also those that are not shown."""
    late: bool = False
    """The search was cut short."""


class Places:
    """Gives lines their places, in their order."""

    def __init__(self) -> None:
        self._at, self._count = "", 0

    def of(self, lines: Iterable[LogLine]) -> Iterator[Placed]:
        for line in lines:
            at = line.at.isoformat()
            self._count = self._count + 1 if at == self._at else 0
            self._at = at
            yield Placed(f"{at}~{self._count}", line)


def after(lines: Iterable[Placed], place: str) -> Iterator[Placed]:
    """Those behind `place`; all where that is none of ours."""
    at, _, count = place.partition("~")
    known = count.isdecimal() and count.isascii()
    for placed in lines:
        own_at, _, own = placed.place.partition("~")
        if not known or (own_at, int(own)) > (at, int(count[:9])):
            yield placed


def search(lines: Iterable[LogLine], text: str, seconds: float = SEARCH_SECONDS) -> Found:
    """Lines that show `text`, whatever the case of its letters and the colors in between."""
    wanted, until = text.casefold(), time.monotonic() + seconds
    found: deque[Placed] = deque(maxlen=MATCHES)
    count = 0
    for number, placed in enumerate(Places().of(lines)):
        raw = placed.line.text
        shown = ansi.plain(raw) if "\x1b" in raw or "\r" in raw else raw
        if wanted in shown.casefold():
            found.append(placed)
            count += 1
        if number % 1000 == 999 and time.monotonic() > until:
            return Found(list(found), count, late=True)
    return Found(list(found), count)
