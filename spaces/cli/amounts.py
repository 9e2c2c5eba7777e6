"""Numbers with units, as people read and write them."""

from __future__ import annotations

import re

from spaces.cli.client import Refusal

UNLIMITED = "unlimited"
SIZES = {"": 1, "m": 1, "mib": 1, "g": 1024, "gib": 1024, "t": 1024 * 1024, "tib": 1024 * 1024}
TIMES = {"": 1, "s": 1, "min": 60, "h": 3600, "d": 86400}
NUMBERS = {"": 1}
"""Units, and what they come to in MiB, in seconds, or as they are."""


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


def read(text: str, units: dict[str, int]) -> float | str | None:
    """A number as the API takes it: `10G`, `2h`, `unlimited`, or `default`, which is null. Raises Refusal."""
    if text in (UNLIMITED, "default"):
        return UNLIMITED if text == UNLIMITED else None
    found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([a-z]*)", text.strip().lower())
    if found is None or found[2] not in units:
        known = ", ".join(unit for unit in units if unit)
        raise Refusal(
            f"{text!r} is no amount.",
            f"Say a number{f' with one of {known}' if known else ''}, `{UNLIMITED}` or `default`.",
            2,
        )
    return float(found[1]) * units[found[2]]
