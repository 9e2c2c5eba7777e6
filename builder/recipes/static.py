"""Static files: the repository itself, or what the card's build command leaves in the folder of `app_file`."""

from __future__ import annotations

from pathlib import PurePosixPath

from builder.plan import Facts, LayerStep, Plan, common_steps, python_step
from spaces.card import SpaceConfig
from spaces.host.mirrors import Mirrors


def detect(config: SpaceConfig) -> bool:
    return config.sdk == "static"


def plan(config: SpaceConfig, facts: Facts, mirrors: Mirrors, suite: str) -> Plan:
    if not config.app_build_command:
        return Plan(recipe="static", output=".")
    steps = common_steps(facts, mirrors, suite)
    if facts.requirements.strip():
        steps.append(python_step("requirements.txt", facts.requirements, (), facts, mirrors))
    command = LayerStep(
        kind="command",
        title="the card's app_build_command",
        # A shell is what the command is written for. It is an argument of its own, run as the Space's user in a container.
        argv=("sh", "-c", config.app_build_command),
        tree=facts.tree,
    )
    return Plan(recipe="static", steps=(*steps, command), output=str(PurePosixPath(config.app_file).parent))
