"""Thaw: one look for owner and address, one unpause."""

from __future__ import annotations

from spaces.engines.base import ContainerState, Observation
from spaces.engines.docker.client import Link
from spaces.engines.docker.launch import unpause
from spaces.engines.docker.observe import look


def thaw(link: Link, name: str) -> Observation | None:
    seen = look(link, name)
    if seen is not None and seen.state == ContainerState.FROZEN:
        thawed = unpause(link, name)
        seen = seen.model_copy(update={"state": ContainerState.RUNNING}) if thawed else look(link, name)
    return seen if seen is not None and seen.state == ContainerState.RUNNING else None
