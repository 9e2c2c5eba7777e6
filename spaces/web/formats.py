"""Times, numbers and sizes as English and Chinese readers write them, by Unicode's own tables.

Moments are drawn in UTC, inside an element that says which moment is meant: a script of ours turns them into the visitor's
own time where there are scripts.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from typing import Literal

from babel import Locale, dates, numbers, units
from markupsafe import Markup

from spaces.models.types import now

Language = Literal["en", "zh"]

_LOCALES = {"en": Locale("en"), "zh": Locale("zh", "CN", script="Hans")}
_SIZES = ("byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte")
_SPANS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_UNIT = re.compile(r"(\d)(?=[\u4e00-\u9fff])")
_TIME = Markup('<time datetime="{}" title="{}" data-{}>{}</time>')


def moment(value: dt.datetime | None, language: Language) -> Markup:
    """Such as `Nov 25, 2026, 03:41 UTC`; nothing for no moment."""
    if value is None:
        return Markup("")
    text = f"{_day(value, language)} {_clock(value, 'HH:mm', language)} UTC"
    return _time("moment", value, text, language)


def ago(value: dt.datetime | None, language: Language) -> Markup:
    """Such as `3 minutes ago`; nothing for no moment. The whole moment is its title."""
    if value is None:
        return Markup("")
    past = value - now()
    text = dates.format_timedelta(past, add_direction=True, locale=_LOCALES[language])
    return _time("ago", value, _spaced(text, language), language)


def day(value: dt.datetime | dt.date | None, language: Language) -> str:
    """Such as `Nov 25, 2026`."""
    return _day(value, language) if value else ""


def number(value: float, language: Language) -> str:
    """Such as `12,345.7`; of less than a tenth the first two digits that say something, such as `0.0042`."""
    digits = 2 if abs(value) >= 0.1 or value == 0 else 1 - math.floor(math.log10(abs(value)))
    return numbers.format_decimal(round(value, digits), "#,##0.##########", locale=_LOCALES[language])


def short(value: float, language: Language) -> str:
    """Such as `12.3K`: where the order of magnitude is what counts."""
    if abs(value) < 1000:
        return number(value, language)
    return numbers.format_compact_decimal(value, locale=_LOCALES[language], fraction_digits=1)


def percent(value: float, language: Language) -> str:
    """A share between 0 and 1, such as `42%`; of less than a tenth with up to two decimals."""
    pattern = "#,##0%" if value >= 0.1 else "#,##0.0%" if value >= 0.01 else "#,##0.##%"
    return numbers.format_percent(value, pattern, locale=_LOCALES[language])


def size(value: float, language: Language) -> str:
    """Bytes, by thousands: such as `1.5 MB`."""
    step = 0
    while abs(value) >= 999.5 and step < len(_SIZES) - 1:
        value, step = value / 1000, step + 1
    shown = round(value, 1 if value < 100 else 0)
    width: Literal["long", "short"] = "short" if step else "long"
    return _spaced(units.format_unit(shown, f"digital-{_SIZES[step]}", width, locale=_LOCALES[language]), language)


def mebibytes(value: float, language: Language) -> str:
    """MiB, as memory is sold: such as `16 GiB`."""
    if 0 < value < 1:
        return f"{number(value * 1024, language)} KiB"
    step = 2 if value >= 1 << 20 else 1 if value >= 1 << 10 else 0
    return f"{number(value / 1024**step, language)} {('MiB', 'GiB', 'TiB')[step]}"


def span(value: float | dt.timedelta, language: Language) -> str:
    """Seconds in their two largest units: such as `3 min 20 sec`; below ten seconds with a decimal."""
    seconds = value.total_seconds() if isinstance(value, dt.timedelta) else float(value)
    if seconds < 10:
        return _unit(round(max(seconds, 0.0), 1), "second", language)
    left, parts = round(seconds), []
    for name, length in _SPANS:
        count, left = divmod(left, length)
        if count or parts:
            parts.append((count, name))
    return " ".join(_unit(count, name, language) for count, name in parts[:2] if count)


def is_one(value: object, language: Language) -> bool:
    """True where the language has a form of its own for that number of things, as English has for one."""
    return isinstance(value, int | float) and _LOCALES[language].plural_form(value) == "one"


def filters(language: Language) -> dict[str, functools.partial[object]]:
    """What templates write behind a `|`."""
    table = {
        "moment": moment,
        "ago": ago,
        "day": day,
        "number": number,
        "short": short,
        "percent": percent,
        "size": size,
        "mebibytes": mebibytes,
        "span": span,
    }
    return {name: functools.partial(function, language=language) for name, function in table.items()}


# -- private


def _time(kind: str, value: dt.datetime, text: str, language: Language) -> Markup:
    whole = f"{_day(value, language)} {_clock(value, 'HH:mm:ss', language)} UTC"
    return _TIME.format(value.isoformat(timespec="seconds"), whole, kind, text)


def _day(value: dt.datetime | dt.date, language: Language) -> str:
    return dates.format_date(value, "medium", locale=_LOCALES[language])


def _clock(value: dt.datetime, pattern: str, language: Language) -> str:
    return dates.format_time(value, pattern, tzinfo=dt.UTC, locale=_LOCALES[language])


def _unit(value: float, name: str, language: Language) -> str:
    shown = int(value) if value == int(value) else value
    return _spaced(units.format_unit(shown, f"duration-{name}", "short", locale=_LOCALES[language]), language)


def _spaced(text: str, language: Language) -> str:
    """A space between a number and its unit in Chinese too, as our sentences have it."""
    return _UNIT.sub(r"\1 ", text) if language == "zh" else text
