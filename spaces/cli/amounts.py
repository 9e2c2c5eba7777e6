"""Numbers with units, as people read and write them."""

from __future__ import annotations

from spaces.cli.client import Refusal
from spaces.errors import Invalid
from spaces.quotas import amounts
from spaces.quotas.amounts import NUMBERS, SIZES, TIMES

__all__ = ["NUMBERS", "SIZES", "TIMES", "mebibytes", "read", "span"]


def mebibytes(value: float | str | None) -> str:
    """`16 GiB`."""
    if value is None or isinstance(value, str):
        return value or ""
    for unit, size in (("TiB", 1024 * 1024), ("GiB", 1024)):
        if value >= size:
            return f"{value / size:.4g} {unit}"
    return f"{value:.4g} MiB"


def span(seconds: float | str | None) -> str:
    """`2.5 h`."""
    if seconds is None or isinstance(seconds, str):
        return seconds or ""
    if seconds < 0:
        return "never"
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.4g} {unit}"
    return f"{seconds:.4g} s"


def read(text: str, units: amounts.Units) -> float | str | None:
    """A number as the API takes it: `10G`, `2h`, `unlimited`, or `default`, which is null. Raises Refusal."""
    try:
        return amounts.read(text, units)
    except Invalid as error:
        raise Refusal(error.message, error.hint, 2) from None
