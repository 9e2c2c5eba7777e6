"""Streamlit: streamlit and the requirements in one resolve, then `streamlit run app_file`."""

from __future__ import annotations

from builder.plan import Facts, Plan, common_steps, pinned, python_step
from spaces.card import SpaceConfig
from spaces.host.mirrors import Mirrors


def detect(config: SpaceConfig) -> bool:
    return config.sdk == "streamlit"


def plan(config: SpaceConfig, facts: Facts, mirrors: Mirrors, suite: str) -> Plan:
    sdk = pinned("streamlit", config.sdk_version)
    step = python_step("requirements.txt", facts.requirements, (sdk,), facts, mirrors)
    options = ("--server.port", str(config.app_port), "--server.address", "0.0.0.0", "--server.headless", "true")
    return Plan(
        recipe="streamlit",
        steps=(*common_steps(facts, mirrors, suite), step),
        command=("streamlit", "run", config.app_file, *options),
        port=config.app_port,
    )
