"""Writes down what Spaces are used for: visits that the edge told of, and what instances took of the machine."""

from __future__ import annotations

import time

from sqlmodel import col, select

from proxy import visits
from proxy.visits import Visits
from spaces import analytics, db
from spaces.engines.base import Engine
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Instance, Space
from spaces.models.types import now
from spaces.settings import Settings

VISITS_SECONDS = 5.0
USE_SECONDS = 30.0
UPKEEP_SECONDS = 3600.0


class Meter:
    """Ticks every second or two. One thread at a time."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self._visits = Visits()
        self._cpu: dict[str, float] = {}
        self._visited = self._measured = self._tidied = 0.0

    def tick(self) -> None:
        """Does what is due."""
        if not self.settings.analytics_days:
            return
        moment = time.monotonic()
        if moment - self._visited >= VISITS_SECONDS:
            self._visited = moment
            self.count_visits()
        if moment - self._measured >= USE_SECONDS:
            passed = min(moment - self._measured, 2 * USE_SECONDS) if self._measured else 0.0
            self._measured = moment
            self.measure(passed)
        if moment - self._tidied >= UPKEEP_SECONDS:
            self._tidied = moment
            with db.writing() as session:
                analytics.forget_old(session)

    def count_visits(self) -> None:
        """What the edge told since the last look."""
        opened = visits.take(visits.file_of(self.settings))
        if not opened:
            return
        ending, at, moment = f".{self.settings.domain.lower()}", now(), time.monotonic()
        labels = {page.host.removesuffix(ending) for page in opened if page.host.endswith(ending)}
        with db.writing() as session:
            known = select(Space.subdomain, Space.id).where(col(Space.subdomain).in_(labels))
            numbers = dict(session.exec(known).all()) if labels else {}
            for page in opened:
                if space_id := numbers.get(page.host.removesuffix(ending)):
                    digest = analytics.digest_of(space_id, at, page.address, page.agent)
                    if self._visits.is_new(space_id, digest, moment):
                        analytics.add_visit(session, space_id, at, digest)

    def measure(self, passed: float) -> None:
        """What each awake instance took in the seconds that passed. A frozen one takes nothing, and is not asked."""
        with db.reading() as session:
            awake = session.exec(
                select(Instance.name, Instance.space_id, Flavor.gpus)
                .join(Space, col(Space.id) == Instance.space_id)
                .join(Flavor, col(Flavor.name) == Space.hardware, isouter=True)
                .where(Instance.status == InstanceStatus.READY)
            ).all()
        used = {name: self.engine.stats(name) for name, _, _ in awake}
        before, self._cpu = self._cpu, {name: stats.cpu_seconds for name, stats in used.items() if stats}
        if not passed:
            return
        with db.writing() as session:
            for name, space_id, gpus in awake:
                if stats := used[name]:
                    # An instance that is new here began since the last look, or this process did.
                    cpu = max(stats.cpu_seconds - before.get(name, stats.cpu_seconds), 0.0)
                    more = {"awake_seconds": passed, "cpu_seconds": cpu, "gpu_seconds": passed * (gpus or 0)}
                    analytics.add(session, space_id, now(), stats.memory, **more)
