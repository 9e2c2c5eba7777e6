"""What a change changed, of all that its line in the audit log tells. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 200
"""Characters of one value."""


@dataclass(frozen=True)
class Difference:
    """One value; None: there was, or is, none."""

    key: str
    was: str | None
    became: str | None


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """The values that are not the same, in the order in which they are told; a value within another by a dotted key."""
    was, became = dict(_flat(before or {})), dict(_flat(after or {}))
    keys = [*became, *(key for key in was if key not in became)]
    return [Difference(key, was.get(key), became.get(key)) for key in keys if was.get(key) != became.get(key)]


# -- private --------------------------------------------------------------------------------------

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:\+00:00|Z)")


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{key}.")
        elif value not in (None, [], {}, ""):
            yield f"{above}{key}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        value = int(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if moment := _MOMENT.fullmatch(text):
        return f"{moment[1]} {moment[2]} UTC"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
