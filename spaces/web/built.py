"""How a build looks to people: its color, and how long it took."""

from __future__ import annotations

from spaces.models import Build


def tone(build: Build) -> str:
    kind = build.status
    return "good" if kind == "succeeded" else "bad" if kind == "failed" else "still" if kind.final else "busy"


def seconds(build: Build) -> float | None:
    """Without the wait for a builder; None while it has not ended."""
    begun, ended = build.started_at, build.finished_at
    return (ended - begun).total_seconds() if begun and ended else None
