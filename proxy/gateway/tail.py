"""The last lines of what a Space is doing: its build's log while it builds, else what its newest instance printed."""

from __future__ import annotations

import asyncio
import datetime as dt

from proxy.gateway.directory import SpaceFacts
from proxy.gateway.pages import LOG_LINES
from spaces import logs
from spaces.lifecycle import Stage

SLACK = dt.timedelta(seconds=2)
"""A container prints its first lines a moment before its start is written down."""


async def last_lines(facts: SpaceFacts) -> list[str]:
    """At most a page's worth. Of a start only what it printed itself: what an earlier run said would mislead."""
    return await asyncio.to_thread(read_last, facts)


def read_last(facts: SpaceFacts) -> list[str]:
    if facts.build and facts.stage in (Stage.BUILDING, Stage.BUILD_ERROR):
        return [line.text for line in logs.recent(logs.build_log(facts.id, facts.build), LOG_LINES)]
    lines = logs.recent(logs.run_log(facts.id), LOG_LINES)
    if facts.stage is Stage.RUNTIME_ERROR:
        return [line.text for line in lines]
    return [line.text for line in lines if line.at >= facts.since - SLACK and not facts.wakeable]
