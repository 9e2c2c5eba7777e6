"""Docker Engine as an `Engine`: the verbs, each in a file of its own, put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from spaces.engines.base import Engine, InstanceSpec, LogStream, Observation, Stats
from spaces.engines.docker import events, freeze, launch, logs, observe, remove, stats, stop, thaw
from spaces.engines.docker.client import Link
from spaces.settings import Settings, get_settings


class DockerEngine:
    """Safe to share between threads. Making one does not connect."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.link = Link(settings or get_settings())

    def launch(self, spec: InstanceSpec) -> Observation:
        return launch.launch(self.link, spec)

    def stop(self, name: str, grace: float = 10.0) -> None:
        stop.stop(self.link, name, grace)

    def freeze(self, name: str) -> None:
        freeze.freeze(self.link, name)

    def thaw(self, name: str) -> Observation | None:
        return thaw.thaw(self.link, name)

    def observe(self, name: str | None = None) -> list[Observation]:
        return observe.observe(self.link, name)

    def logs(self, name: str, since: dt.datetime | None = None, follow: bool = False) -> LogStream:
        return logs.logs(self.link, name, since, follow)

    def stats(self, name: str) -> Stats | None:
        return stats.stats(self.link, name)

    def remove(self, name: str, space_id: int | None = None) -> None:
        remove.remove(self.link, name, space_id)

    def watch(self, ring: Callable[[int | None], None]) -> Callable[[], None]:
        """Beyond the contract: a bell for the controller (`events.py`)."""
        return events.watch(self.link, ring)


_: type[Engine] = DockerEngine
