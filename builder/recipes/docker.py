"""A Dockerfile of the Space's own, built after a policy has read it."""

from __future__ import annotations

from builder.plan import Facts, Plan
from spaces.card import SpaceConfig
from spaces.host.mirrors import Mirrors


def detect(config: SpaceConfig) -> bool:
    return config.sdk == "docker"


def plan(config: SpaceConfig, facts: Facts, mirrors: Mirrors, suite: str) -> Plan:
    return Plan(recipe="docker", dockerfile=True, port=config.app_port)
