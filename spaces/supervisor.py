"""Runs a table of processes: starts them in order, waits until each answers, restarts what dies, and stops them all.

It knows nothing of what they are (`spaces/processes.py` does). The whole of it runs in one thread, the main one: a child asks
the kernel for a signal when the thread that forked it dies, so that even SIGKILL of this process leaves no child behind.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from spaces.errors import SetupError
from spaces.host import pidfile
from spaces.host.die import die_with_parent
from spaces.host.report import Report, quiet

log = structlog.get_logger()

BACKOFF = (0.2, 10.0)
"""Pause before the first restart of a process that died, and the longest one; it doubles in between."""
STEADY_SECONDS = 30.0
"""A process that lived this long starts over with the shortest pause."""
LOG_BYTES = 10 * 1024 * 1024
LOG_FILES = 3
TICK = 0.1


@dataclass(frozen=True)
class Process:
    """One child: what to run, how to tell that it is ready, how to stop it."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    """Asked again and again; None: ready once started."""
    stop_signal: int = signal.SIGTERM
    stop_after: float = 10.0
    """Seconds until SIGKILL."""
    death_signal: int = signal.SIGKILL
    """What the kernel sends it when the supervisor dies without a word."""
    rank: int = 1
    """Stopped in descending order, each rank gone before the next. The lowest is ready before anything else starts; the rest
    start together, since each must bear that another is away."""


class Supervisor:
    def __init__(self, processes: Iterable[Process], run: Path, logs: Path) -> None:
        self._children = [_Child(process, run, logs) for process in sorted(processes, key=lambda p: p.rank)]
        self._signals: list[int] = []
        self._wake, self._waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        run.mkdir(parents=True, exist_ok=True, mode=0o700)
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)

    def end_orphans(self, report: Report = quiet) -> None:
        """Ends what a predecessor left behind that was killed without a chance to stop them."""
        for child in reversed(self._children):
            child.end_orphan(report)

    def start(self, timeout: float = 300.0) -> None:
        """Starts everything and returns once all of it is ready; raises `SetupError` with the log's tail where one is not
        in time, or dies again and again."""
        self._catch_signals()
        lowest = min(child.process.rank for child in self._children)
        for first in (True, False):
            group = [child for child in self._children if (child.process.rank == lowest) == first]
            for child in group:
                child.start()
            deadline = time.monotonic() + timeout
            while waiting := [child for child in group if not child.is_ready()]:
                self._tick()
                if self.stopping:
                    return
                for child in waiting:
                    if child.deaths >= 4 or time.monotonic() > deadline:
                        raise SetupError(
                            f"{child.process.name} did not start:\n{child.tail()}", hint=f"Its log: {child.log}"
                        )

    @property
    def stopping(self) -> bool:
        """True once a signal asked for the end."""
        return any(sig != signal.SIGCHLD for sig in self._signals)

    def request_stop(self) -> None:
        """Makes `run` return; may be called from any thread."""
        os.kill(os.getpid(), signal.SIGTERM)

    def run(self) -> None:
        """Keeps everything alive until SIGINT, SIGTERM or SIGHUP."""
        while not self.stopping:
            self._tick()

    def stop(self) -> None:
        """Stops everything, highest rank first; what does not end in its time is killed. A second signal kills at once."""
        asked = len(self._signals)
        for rank in sorted({child.process.rank for child in self._children}, reverse=True):
            group = [child for child in self._children if child.process.rank == rank and child.alive]
            for child in group:
                child.signal(child.process.stop_signal)
            began = time.monotonic()
            while alive := [child for child in group if child.alive]:
                for child in alive:
                    if time.monotonic() - began > child.process.stop_after or len(self._signals) > asked:
                        log.warning("killed: did not stop in time", process=child.process.name)
                        child.signal(signal.SIGKILL)
                        child.wait()
                self._sleep(0.02)
        for child in self._children:
            child.forget()

    def pids(self) -> dict[str, int]:
        """Of the children that live now."""
        return {child.process.name: child.pid for child in self._children if child.alive}

    # Private

    def _tick(self) -> None:
        for child in self._children:
            child.look_after()
        self._sleep(TICK)

    def _sleep(self, seconds: float) -> None:
        """Until a signal comes, `seconds` at most."""
        select.select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            os.read(self._wake, 4096)

    def _catch_signals(self) -> None:
        def note(sig: int, _frame: object) -> None:
            if sig != signal.SIGCHLD:
                self._signals.append(sig)

        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(sig, note)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)


class _Child:
    """One process of the table over its several lives."""

    def __init__(self, process: Process, run: Path, logs: Path) -> None:
        self.process = process
        self.log = logs / f"{process.name}.log"
        self.deaths = 0
        self._pidfile = run / f"{process.name}.pid"
        self._popen: subprocess.Popen[bytes] | None = None
        self._wanted = False
        self._ready = False
        self._started = 0.0
        self._restart_at = 0.0

    @property
    def alive(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int:
        return self._popen.pid if self._popen else 0

    def end_orphan(self, report: Report) -> None:
        """Ends the process that a predecessor left behind."""
        if pid := pidfile.read(self._pidfile):
            report(f"ending {self.process.name} of an earlier run (process {pid})")
            pidfile.end(pid, self.process.stop_after)
        self._pidfile.unlink(missing_ok=True)

    def start(self) -> None:
        parent, sig = os.getpid(), self.process.death_signal
        self.rotate()
        with self.log.open("ab") as sink:
            # A process group of its own: Ctrl-C on the terminal reaches us alone, and we stop the rest in order.
            self._popen = subprocess.Popen(
                self.process.argv,
                env={**os.environ, **self.process.env},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(sig, parent),
            )
        pidfile.write(self._pidfile, self._popen.pid)
        self._wanted, self._started = True, time.monotonic()

    def is_ready(self) -> bool:
        if not self._ready and self.alive:
            try:
                self._ready = self.process.ready is None or self.process.ready()
            except Exception as error:  # a gate that stumbles over a half-open server means: not yet
                log.debug("not ready", process=self.process.name, error=str(error))
        return self._ready and self.alive

    def look_after(self) -> None:
        """Restarts it where it died and its pause is over; keeps its log small."""
        if not self._wanted:
            return
        if self.alive:
            self.rotate()
            return
        if self._popen is not None:
            self._note_death(self._popen.returncode)
        elif time.monotonic() >= self._restart_at:
            self.start()

    def signal(self, sig: int) -> None:
        self._wanted = False
        if self.alive and self._popen:
            self._popen.send_signal(sig)

    def wait(self) -> None:
        if self._popen:
            self._popen.wait()

    def forget(self) -> None:
        self._pidfile.unlink(missing_ok=True)

    def tail(self, lines: int = 12) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").strip().splitlines()[-lines:])
        except OSError:
            return ""

    def rotate(self) -> None:
        """Copies and truncates: the child keeps its file open, and appends, so it goes on in the emptied one."""
        try:
            if self.log.stat().st_size < LOG_BYTES:
                return
        except FileNotFoundError:
            return
        for n in range(LOG_FILES - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                self.log.with_suffix(f".log.{n}").replace(self.log.with_suffix(f".log.{n + 1}"))
        copy = self.log.with_suffix(".log.1")
        copy.write_bytes(self.log.read_bytes())
        os.truncate(self.log, 0)

    # Private

    def _note_death(self, code: int) -> None:
        lived = time.monotonic() - self._started
        self.deaths = 1 if lived > STEADY_SECONDS else self.deaths + 1
        pause = min(BACKOFF[0] * 2 ** (self.deaths - 1), BACKOFF[1])
        now = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"
        log.warning(
            "process died", process=self.process.name, was=f"running for {lived:.1f} s", now=now, restart_in=pause
        )
        print(
            f"{self.process.name} {now}; it starts again in {pause:.1f} s (log: {self.log})",
            file=sys.stderr,
            flush=True,
        )
        self._popen, self._restart_at = None, time.monotonic() + pause
