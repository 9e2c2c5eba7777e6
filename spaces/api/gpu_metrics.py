"""Prometheus metrics of who holds GPUs, who waits, and what owners used. Owners are numbers: anybody may read these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlmodel import Session, col, func, select

from spaces import db
from spaces.models import GpuDevice, GpuRequest, Reservation
from spaces.models.types import now
from spaces.quotas import book, ledger

OWNERS = 20
"""Owners with a line of their own: those who used most. The rest are one."""


class Holders(Collector):
    """Counts rows when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        held = GaugeMetricFamily("demodock_gpu_reservations", "Slots of GPUs that are held.", labels=["model"])
        waiting = GaugeMetricFamily("demodock_gpu_waiting", "Spaces that wait for a GPU.")
        longest = GaugeMetricFamily("demodock_gpu_waiting_seconds", "How long the first of them has waited.")
        promised = GaugeMetricFamily("demodock_gpus_guaranteed", "Sum of all guarantees.")
        used = GaugeMetricFamily(
            "demodock_owner_gpu_seconds",
            "GPU-seconds of those who used most, by the owner's number.",
            labels=["owner", "period"],
        )
        with db.reading() as session:
            for model, count in _held(session).items():
                held.add_metric([model], count)
            waiting.add_metric([], session.exec(select(func.count()).select_from(GpuRequest)).one())
            asked = session.exec(select(GpuRequest.asked_at).order_by(col(GpuRequest.asked_at)).limit(1)).first()
            longest.add_metric([], max(0.0, (now() - asked).total_seconds()) if asked else 0.0)
            promised.add_metric([], book.guaranteed(session))
            spent = ledger.spent(session)
        for period in ("day", "month"):
            for owner, seconds in most({number: getattr(each, period) for number, each in spent.items()}).items():
                used.add_metric([owner, period], seconds)
        yield from (held, waiting, longest, promised, used)

    def describe(self) -> list[GaugeMetricFamily]:
        return []


def most(seconds: Mapping[int, float], owners: int = OWNERS) -> dict[str, float]:
    """The largest by owner, and the sum of the others: so the number of lines has a bound."""
    ordered = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    found = {str(owner): used for owner, used in ordered[:owners]}
    return found | ({"others": sum(used for _, used in ordered[owners:])} if len(ordered) > owners else {})


# -- private --------------------------------------------------------------------------------------


def _held(session: Session) -> Counter[str]:
    models = dict(session.exec(select(GpuDevice.uuid, GpuDevice.model)).all())
    return Counter(models.get(device, "unknown") for device in session.exec(select(Reservation.device)))
