"""Where the bars of a chart stand: numbers in, places in a drawing out. Pure; a template draws them as SVG, and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 150
"""Of the drawing, which grows with its page; the numbers beside and below it do not stand in it."""
GAP = 0.25
"""Share of a bar's room that is left free."""


_TIMES = (20, 30, 60, 120, 240, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400)
"""Seconds."""


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A value on the scale, and where it is."""

    y: float
    value: float


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    top: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def empty(self) -> bool:
        return all(bar.height == 0 for bar in self.bars)


def chart(values: Sequence[float], unit: str = "count") -> Chart:
    """A bar a value, on a scale that ends at a round number. Of a `count` parts of one are no value; a `span` is seconds,
    whose round numbers are those of a clock."""
    top = round_top(max(values, default=0), unit)
    room = WIDTH / max(len(values), 1)
    bars = []
    for number, value in enumerate(values):
        height = round(HEIGHT * max(value, 0) / top, 2)
        height = max(height, 2.0) if value > 0 else 0.0  # what is there is seen
        bars.append(Bar(round(room * (number + GAP / 2), 2), HEIGHT - height, round(room * (1 - GAP), 2), height))
    return Chart(bars, [Line(HEIGHT - HEIGHT * share, top * share) for share in (0.5, 1)], top)


def round_top(value: float, unit: str = "count") -> float:
    """The smallest of 1, 2, 4, 5, 8 times a power of ten that is not below `value`; of seconds from ten on, and of days, the
    smallest that is round as a time, as its half is."""
    whole = unit == "count"
    if value <= 0:
        return 2 if whole else 1
    if unit == "span" and value > 10:
        days = value / 86400
        return next((top for top in _TIMES if value <= top), 86400 * round_top(days) if days > 1 else 86400)
    power = 10.0 ** math.floor(math.log10(value))
    top = next(power * step for step in (1, 2, 4, 5, 8, 10) if power * step >= value * (1 - 1e-9))
    return max(top, 2) if whole else top
