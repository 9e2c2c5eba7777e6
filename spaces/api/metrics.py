"""Prometheus metrics of the control host. Labels are route templates, methods and stages: never a name anybody chose."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlmodel import func, select

from spaces import db
from spaces.api.gpu_metrics import Holders
from spaces.gpus import inventory
from spaces.lifecycle import BuildStatus, Stage
from spaces.models import Build, Space

router = APIRouter()
registry = CollectorRegistry()

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_requests = Counter("demodock_requests", "Requests answered.", ["route", "method", "status"], registry=registry)
_seconds = Histogram(
    "demodock_request_seconds",
    "Time until an answer was complete; streams last as long as somebody listens.",
    ["route"],
    registry=registry,
)


@router.get("/metrics", include_in_schema=False)
def show_metrics() -> Response:
    """Everything, in Prometheus' text format."""
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def note(scope: Any, status: int, seconds: float) -> None:
    """Counts one request."""
    route = getattr(scope.get("route"), "path", None) or "none"
    method = scope["method"] if scope["method"] in _METHODS else "other"
    _requests.labels(route, method, f"{status // 100}xx").inc()
    _seconds.labels(route).observe(seconds)


class _Ledger(Collector):
    """Counts rows when asked."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        spaces = GaugeMetricFamily("demodock_spaces", "Spaces by stage.", labels=["stage"])
        builds = GaugeMetricFamily("demodock_builds", "Builds by status.", labels=["status"])
        with db.reading() as session:
            by_stage = dict(session.exec(select(Space.stage, func.count()).group_by(Space.stage)).all())
            by_status = dict(session.exec(select(Build.status, func.count()).group_by(Build.status)).all())
        for stage in Stage:
            spaces.add_metric([stage.value], by_stage.get(stage, 0))
        for status in BuildStatus:
            builds.add_metric([status.value], by_status.get(status, 0))
        yield spaces
        yield builds

    def describe(self) -> list[GaugeMetricFamily]:
        return []


class _Devices(Collector):
    """GPUs as the inventory last saw them. One that does not tell of its use has none here."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        kinds = GaugeMetricFamily("demodock_gpus", "GPUs by kind and state.", labels=["model", "mig_profile", "state"])
        used = GaugeMetricFamily("demodock_gpu_memory_used_bytes", "Memory in use.", labels=["gpu"])
        whole = GaugeMetricFamily("demodock_gpu_memory_bytes", "Memory.", labels=["gpu"])
        busy = GaugeMetricFamily("demodock_gpu_busy_ratio", "Share of the time in use.", labels=["gpu"])
        seen = GaugeMetricFamily("demodock_gpu_seen_timestamp_seconds", "Last look that found it.", labels=["gpu"])
        with db.reading() as session:
            rows = inventory.devices(session)
        for kind, count in Tally((row.model, row.mig_profile or "", row.state.value) for row in rows).items():
            kinds.add_metric(list(kind), count)
        for row in rows:
            seen.add_metric([row.uuid], row.seen_at.timestamp())
            whole.add_metric([row.uuid], row.memory << 20)
            if row.state.holds and row.used_memory is not None:
                used.add_metric([row.uuid], row.used_memory << 20)
            if row.state.holds and row.busy is not None:
                busy.add_metric([row.uuid], row.busy)
        yield from (kinds, whole, used, busy, seen)

    def describe(self) -> list[GaugeMetricFamily]:
        return []


registry.register(_Ledger())
registry.register(_Devices())
registry.register(Holders())
