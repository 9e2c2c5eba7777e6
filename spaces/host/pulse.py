"""Is every part of the platform there, as this process sees it now? Quick looks, all at once; none can fail the others.

`spaces.host.doctor` looks longer and at more; this is what a page can wait for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import docker
import docker.errors
import requests
import structlog

from spaces import db, doorbell, health, jobs
from spaces.gpus import inventory
from spaces.host import engine, ports
from spaces.host.doctor import DISK_FAIL, DISK_WARN
from spaces.host.versions import Verdict
from spaces.models.types import now
from spaces.settings import Settings

SECONDS = 3.0
"""Longest wait for an engine."""
SILENT = 90.0
"""A builder that said nothing for so long is gone."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Part:
    """A part, how it is, and what there is to say of that."""

    name: str
    state: str
    """Names the sentences: what it is like, and how to mend it."""
    verdict: Verdict
    about: Mapping[str, object] = field(default_factory=dict)
    """What fills their gaps."""


def look(settings: Settings) -> list[Part]:
    """Every part, in the order of `LOOKS`."""
    with ThreadPoolExecutor(len(LOOKS)) as pool:
        return list(pool.map(lambda one: _safely(one, settings), LOOKS.items()))


# Private


def _safely(one: tuple[str, Callable[[Settings], Part]], settings: Settings) -> Part:
    name, see = one
    try:
        return see(settings)
    except Exception as error:
        log.exception("a part could not be looked at", part=name)
        return Part(name, "unknown", Verdict.WARN, {"error": str(error)[:200]})


def _database(settings: Settings) -> Part:
    kind = db.database().dialect.name
    return Part(
        "database", "ok", Verdict.OK, {"kind": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(kind, kind)}
    )


def _redis(settings: Settings) -> Part:
    if version := doorbell.version():
        return Part("redis", "ok", Verdict.OK, {"version": version})
    return Part("redis", "away", Verdict.FAIL)


def _engine(settings: Settings) -> Part:
    addresses = engine.candidates(settings)
    for address in addresses:
        if found := _version(address):
            return Part("engine", "ok", Verdict.OK, {"version": found, "address": address})
    reachable = [
        one for one in addresses if not one.startswith("unix://") or Path(one.removeprefix("unix://")).exists()
    ]
    if reachable:
        return Part("engine", "away", Verdict.FAIL, {"address": reachable[0]})
    return _told_engine(addresses)


def _told_engine(addresses: list[str]) -> Part:
    """No way leads from here to an engine, as under compose: what the controller tells of it counts."""
    about = {"address": ", ".join(addresses)}
    match health.held(health.ENGINE):
        case True:
            return Part("engine", "told", Verdict.OK, about)
        case False:
            return Part("engine", "lost", Verdict.FAIL, about)
        case _:
            return Part("engine", "closed", Verdict.WARN, about)


def _version(address: str) -> str | None:
    try:
        client = docker.DockerClient(base_url=address, timeout=SECONDS)
    except (docker.errors.DockerException, ValueError):
        return None
    try:
        return str(client.version().get("Version", "?"))
    except (docker.errors.DockerException, requests.RequestException, OSError):
        return None
    finally:
        client.close()


def _controller(settings: Settings) -> Part:
    here = health.held(health.CONTROLLER)
    return Part("controller", "ok", Verdict.OK) if here else Part("controller", "away", Verdict.FAIL)


def _builders(settings: Settings) -> Part:
    found = jobs.builders()
    if found is None:
        return Part("builders", "unheard", Verdict.WARN)
    alive = [one for one in found if (now() - one.heard_at).total_seconds() < SILENT]
    if not alive:
        return Part("builders", "away", Verdict.FAIL)
    heard = max(one.heard_at for one in alive)
    return Part(
        "builders", "ok", Verdict.OK, {"count": len(alive), "busy": sum(one.busy for one in alive), "at": heard}
    )


def _gateway(settings: Settings) -> Part:
    there = bool(settings.gateway_port) and ports.status(settings.gateway_port) is not None
    return Part("gateway", "ok", Verdict.OK) if there else Part("gateway", "away", Verdict.FAIL)


def _edge(settings: Settings) -> Part:
    about = {"port": str(settings.port)}
    there = ports.status(settings.port, "/healthz", settings.near, settings.domain) == 200
    return Part("edge", "ok", Verdict.OK, about) if there else Part("edge", "away", Verdict.FAIL, about)


def _disk(settings: Settings) -> Part:
    usage = shutil.disk_usage(settings.data)
    about = {"free": usage.free, "total": usage.total, "path": str(settings.data)}
    if usage.free >= DISK_WARN:
        return Part("disk", "ok", Verdict.OK, about)
    return Part("disk", "low", Verdict.FAIL if usage.free < DISK_FAIL else Verdict.WARN, about)


def _gpus(settings: Settings) -> Part:
    with db.reading() as session:
        states = [device.state for device in inventory.devices(session)]
    if not states:
        return Part("gpus", "none", Verdict.OK)
    lost = sum(not state.holds for state in states)
    about = {"count": len(states) - lost, "lost": lost}
    return Part("gpus", "lost", Verdict.FAIL, about) if lost else Part("gpus", "ok", Verdict.OK, about)


LOOKS: dict[str, Callable[[Settings], Part]] = {
    "edge": _edge,
    "gateway": _gateway,
    "controller": _controller,
    "engine": _engine,
    "builders": _builders,
    "redis": _redis,
    "database": _database,
    "disk": _disk,
    "gpus": _gpus,
}
