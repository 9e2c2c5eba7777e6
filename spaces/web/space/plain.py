"""Text of others as a page shows it: no control characters, and none that change the direction of what stands beside it."""

from __future__ import annotations

import re

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that show text in another order than it has."""


def line(text: object, limit: int = 300) -> str:
    """One line: a name, a title, a path."""
    shown = DIRECTION.sub("\ufffd", _CONTROL.sub("\ufffd", str(text).replace("\n", " ").replace("\t", " "))).strip()
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def lines(text: str, limit: int = 10_000) -> str:
    """Several: a message."""
    shown = DIRECTION.sub("\ufffd", _CONTROL.sub("\ufffd", text.replace("\r\n", "\n")))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
