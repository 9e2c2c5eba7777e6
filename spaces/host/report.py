"""How setup steps speak to a person: a callable that takes one line."""

from __future__ import annotations

from collections.abc import Callable

import structlog

Report = Callable[[str], None]
"""Called with one line, such as `installing docker.io`, whenever a step begins something that takes time."""

_log = structlog.get_logger()


def quiet(line: str) -> None:
    """For callers without a person in front of them: the line goes to the log."""
    _log.info(line)
