"""Carries imports out in the background of a process, a few at a time; looks by itself now and then, at once when rung."""

from __future__ import annotations

import threading

import structlog

from spaces.imports import ledger, work

AT_ONCE = 2
LOOK_SECONDS = 10.0

log = structlog.get_logger()


class Runner:
    """As many threads as imports may run at once. `ring` and `stop` may be called from any thread."""

    def __init__(self) -> None:
        self._bell, self._stopping = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._stopping.clear()
        self._threads = [threading.Thread(target=self._work, daemon=True, name=f"imports-{n}") for n in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()

    def ring(self) -> None:
        """Something waits."""
        self._bell.set()

    def stop(self) -> None:
        """Takes nothing more on. What is under way ends with the process, and begins again at the next start."""
        self._stopping.set()
        self._bell.set()

    # -- private

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            try:
                row = ledger.claim()
            except Exception as error:
                log.warning("no look at the imports", error=repr(error))
                row = None
            if row is None:
                self._bell.wait(LOOK_SECONDS)
            else:
                work.carry_out(row)


runner = Runner()
"""The process's own."""
