"""Figures: what was measured, its floor, and what we promised about the two."""

from __future__ import annotations

import http.client
import math
import statistics
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Figure:
    """One line of the table. `ours` and `floor` hold one value a round; `floor` is empty where there is none."""

    name: str
    what: str
    unit: str
    ours: list[float]
    floor: list[float] = field(default_factory=list)
    floor_is: str = ""
    target: str = ""
    value: float | None = None
    """What the target is about; None: the median of `ours`."""
    holds: bool | None = None
    """None: no target, or nothing that could be judged."""
    note: str = ""
    computed: bool = False
    """Worked out from other figures rather than measured."""

    @property
    def median(self) -> float | None:
        return statistics.median(self.ours) if self.ours else None

    @property
    def floor_median(self) -> float | None:
        return statistics.median(self.floor) if self.floor else None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "what": self.what,
            "unit": self.unit,
            "rounds": len(self.ours),
            "median": self.median,
            "p95": percentile(self.ours, 95),
            "floor": self.floor_median,
            "floor_p95": percentile(self.floor, 95),
            "floor_is": self.floor_is,
            "target": self.target,
            "value": self.median if self.value is None else self.value,
            "holds": self.holds,
            "computed": self.computed,
            "note": self.note,
            "values": [round(value, 6) for value in self.ours],
            "floor_values": [round(value, 6) for value in self.floor],
        }


def over_floor(figure: Figure, allowed: float, target: str) -> Figure:
    """`figure` with the target that its median is at most `allowed` over its floor's."""
    figure.target = target
    if figure.median is not None and figure.floor_median is not None:
        figure.value = figure.median - figure.floor_median
        figure.holds = figure.value <= allowed
    return figure


def percentile(values: list[float], per_cent: float) -> float | None:
    """Nearest rank; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(per_cent / 100 * len(ordered)) - 1)]


def first_byte(address: str, port: int, host: str, path: str = "/", timeout: float = 180) -> tuple[int, float]:
    """Status of one GET on a connection of its own, and the time of its status line on the monotonic clock."""
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Host": host, "Accept": "*/*", "Connection": "close"})
        answer = connection.getresponse()
        arrived = time.monotonic()
        answer.read()
        return answer.status, arrived
    finally:
        connection.close()


def until_ready(address: str, port: int, path: str = "/", timeout: float = 300) -> float:
    """Asks again and again, as fast as it goes, until an app answers below 500; the time of that answer."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        try:
            status, arrived = first_byte(address, port, f"{address}:{port}", path)
            if status < 500:
                return arrived
        except OSError:
            pass
        time.sleep(0.005)
    raise TimeoutError(f"nothing answered at {address}:{port}")
