"""Places where a test may kill a builder as if its machine lost power: `DEMODOCK_FAILPOINT` names one of them."""

from __future__ import annotations

import os
import signal

POINTS = ("claimed", "fetched", "planned", "step-started", "step-committed", "built", "published")


def reach(point: str) -> None:
    """Kills this process, and the worker it belongs to, where `point` was asked for. Otherwise nothing."""
    if os.environ.get("DEMODOCK_FAILPOINT") == point:
        os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
