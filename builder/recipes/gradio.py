"""Gradio, ModelScope's components included: gradio and the requirements in one resolve, then `python app_file`."""

from __future__ import annotations

from builder.plan import Facts, Plan, common_steps, pinned, python_step
from spaces.card import SpaceConfig
from spaces.host.mirrors import Mirrors


def detect(config: SpaceConfig) -> bool:
    return config.sdk == "gradio"


def plan(config: SpaceConfig, facts: Facts, mirrors: Mirrors, suite: str) -> Plan:
    sdk = pinned("gradio[oauth,mcp]", config.sdk_version)
    # `spaces` is on the Hub's image too: apps written for it import it, and off its hardware it does nothing.
    step = python_step("requirements.txt", facts.requirements, (sdk, "spaces"), facts, mirrors)
    return Plan(
        recipe="gradio",
        steps=(*common_steps(facts, mirrors, suite), step),
        command=("python", config.app_file),
        port=config.app_port,
    )
