"""Tab: how much a Space is used, and what that takes: charts that the server draws, and the same numbers as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from spaces import analytics, db
from spaces.access import Permission
from spaces.analytics import DAY, HOUR, Slot
from spaces.models.types import now
from spaces.settings import get_settings
from spaces.web.charts import Chart, chart
from spaces.web.render import PageRoute
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, look
from spaces.web.visitors import SignedIn

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True)
class Period:
    """`name` is also what its word is called: `analytics.period.NAME`."""

    name: str
    length: dt.timedelta
    step: dt.timedelta


PERIODS = (
    Period("day", DAY, HOUR),
    Period("week", 7 * DAY, 6 * HOUR),
    Period("month", 30 * DAY, DAY),
    Period("quarter", 90 * DAY, 3 * DAY),
)


@dataclass(frozen=True)
class Shown:
    """One chart. `name` has the words; `unit` says how values are written."""

    name: str
    unit: str
    values: list[float]
    chart: Chart


@router.get("/spaces/{owner}/{name}/analytics")
def analytics_page(visitor: SignedIn, asked: Asked, period: str = "month") -> Response:
    seen = look(visitor, asked, Permission.INSPECT)
    chosen = next((one for one in PERIODS if one.name == period), PERIODS[2])
    until = _ceiling(now(), chosen.step)
    with db.reading() as session:
        slots = analytics.slots(session, seen.number, until - chosen.length, chosen.step, until)
    woken = [wake for slot in slots for wake in slot.wakes]
    values = {
        "periods": [one.name for one in PERIODS],
        "period": chosen.name,
        "hourly": chosen.step < DAY,
        "slots": slots,
        "total": analytics.total(slots),
        "wakes": len(woken),
        "wake_time": analytics.median([wake.seconds for wake in woken if wake.seconds is not None]),
        "failed": sum(wake.seconds is None for wake in woken),
        "charts": _charts(slots, chosen.step),
        "counted": get_settings().analytics_days,
    }
    return draw("space/analytics.html", visitor, seen, "analytics", **values)


# -- private


def _charts(slots: Sequence[Slot], step: dt.timedelta) -> list[Shown]:
    seconds = step.total_seconds()
    columns: list[tuple[str, str, list[float]]] = [
        ("visits", "count", [slot.used.visits for slot in slots]),
        ("visitors", "count", [slot.used.visitors for slot in slots]),
        ("wakes", "count", [len(slot.wakes) for slot in slots]),
        ("wake_time", "span", [_wake_time(slot) for slot in slots]),
        ("awake", "percent", [min(slot.used.awake_seconds / seconds, 1) for slot in slots]),
        ("cpu", "cores", [_share(slot.used.cpu_seconds, slot.used.awake_seconds) for slot in slots]),
        ("memory", "size", [slot.used.memory for slot in slots]),
    ]
    if any(slot.used.gpu_seconds for slot in slots):
        columns.append(("gpu", "span", [slot.used.gpu_seconds for slot in slots]))
    return [Shown(name, unit, values, chart(values, unit)) for name, unit, values in columns]


def _wake_time(slot: Slot) -> float:
    return analytics.median([wake.seconds for wake in slot.wakes if wake.seconds is not None]) or 0.0


def _share(cpu: float, awake: float) -> float:
    return cpu / awake if awake else 0.0


def _ceiling(moment: dt.datetime, step: dt.timedelta) -> dt.datetime:
    """The end of the span that `moment` lies in; days end at midnight, UTC."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if step >= DAY:
        return midnight + DAY
    return midnight + step * ((moment - midnight) // step + 1)
