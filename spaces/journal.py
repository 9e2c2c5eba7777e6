"""Our processes' own log: a line an event on standard output, which `demodock up` or compose keeps.

A defect is told with its traceback and without the values of variables: those hold tokens, passwords and Spaces' secrets.
"""

from __future__ import annotations

import sys

import structlog


def set_up() -> None:
    """For every process that imports `spaces`, before it can say anything."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
            ),
        ]
    )
