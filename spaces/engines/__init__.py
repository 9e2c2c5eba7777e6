"""Engines run instances. `base.py` is the contract; Docker Engine is the default, `fake.py` serves the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces.engines.base import Engine
    from spaces.settings import Settings


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name. Its driver is loaded here, and nowhere else by those who only need an engine."""
    from spaces.engines.docker import DockerEngine

    return DockerEngine(settings)
