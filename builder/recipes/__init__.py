"""Recipes in the order they are asked: the first whose `detect` says yes makes the plan."""

from __future__ import annotations

from builder.plan import Facts, Plan
from builder.recipes import docker, gradio, static, streamlit
from spaces.card import SpaceConfig
from spaces.host.mirrors import Mirrors

RECIPES = (docker, static, streamlit, gradio)


def plan(config: SpaceConfig, facts: Facts, mirrors: Mirrors, suite: str = "bookworm") -> Plan:
    """What to do for this Space."""
    for recipe in RECIPES:
        if recipe.detect(config):
            return recipe.plan(config, facts, mirrors, suite)
    raise AssertionError(f"no recipe for sdk {config.sdk}")
