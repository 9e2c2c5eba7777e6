"""Amounts as people write and read them: `16G`, `2h`, `1.5d`, `unlimited`, `default`. No I/O."""

from __future__ import annotations

import math
import re

from spaces.errors import Invalid
from spaces.quotas.terms import SPELLED, Term

SIZES = {"": 1, "m": 1, "mib": 1, "g": 1024, "gib": 1024, "t": 1024 * 1024, "tib": 1024 * 1024}
TIMES = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}
NUMBERS = {"": 1}
"""Units, and what they come to in MiB, in seconds, or as they are."""
Units = dict[str, int]

INHERITED = "default"
"""How people write that nothing is set."""


def units_of(term: Term) -> Units:
    """In which units a term's amounts are written."""
    return {"s": TIMES, "MiB": SIZES}.get(term.unit, NUMBERS)


def read(text: str, units: Units) -> float | str | None:
    """What was written, as the API takes it: a number, `unlimited`, or None for `default`. Raises Invalid."""
    if text in (SPELLED, INHERITED):
        return SPELLED if text == SPELLED else None
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
    if found is None or found[2] not in units:
        known = ", ".join(unit for unit in units if unit)
        raise Invalid(
            f"{text[:50]!r} is no amount.",
            hint=f"Say a number{f' with one of {known}' if known else ''}, `{SPELLED}` or `{INHERITED}`.",
            code="no_amount",
        )
    return float(found[1]) * units[found[2]]


def exactly(value: float, units: Units) -> str:
    """A text that `read` makes the same number of, in the largest unit that leaves a whole one: `2h`, `3700s`."""
    if value == math.inf:
        return SPELLED
    fitting = [(size, unit) for unit, size in units.items() if unit and value and value % size == 0]
    size, unit = max(fitting, key=lambda pair: pair[0], default=(1, ""))
    return f"{value / size:.15g}{unit}"
