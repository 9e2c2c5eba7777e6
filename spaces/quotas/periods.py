"""Days and months by which GPU time is counted: those of UTC, for everybody the same. No I/O, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

DAY = dt.timedelta(days=1)


def day_of(moment: dt.datetime) -> dt.date:
    return moment.astimezone(dt.UTC).date()


def start_of(day: dt.date) -> dt.datetime:
    """Its first moment."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def first_of_month(moment: dt.datetime) -> dt.date:
    return day_of(moment).replace(day=1)


def next_day(moment: dt.datetime) -> dt.datetime:
    """When the day is over that `moment` is in."""
    return start_of(day_of(moment) + DAY)


def next_month(moment: dt.datetime) -> dt.datetime:
    """When the month is over."""
    return start_of((first_of_month(moment) + dt.timedelta(days=31)).replace(day=1))


def split(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.date, dt.datetime, dt.datetime]]:
    """The time between, day by day; nothing where the clock was set back and `end` lies before."""
    while start < end:
        until = min(end, next_day(start))
        yield day_of(start), start, until
        start = until


def middle(start: dt.datetime, end: dt.datetime) -> float:
    """The moment between the two, as a Unix time."""
    return (start.timestamp() + end.timestamp()) / 2


def decayed(used: Iterable[tuple[float, float]], moment: dt.datetime, half_life: float) -> float:
    """What was used lately: seconds, each with the Unix time around which they were used, count half as much for every
    `half_life` seconds since then. What a clock set wrongly has put into the future counts whole."""
    now = moment.timestamp()
    return sum(seconds * 0.5 ** (max(0.0, now - at) / half_life) for seconds, at in used)
