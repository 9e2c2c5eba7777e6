"""Progress of a set-up: one line a step, with a spinner on a terminal and plain lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console

from spaces.host.report import Report

QUICK_SECONDS = 0.5


class Steps:
    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Report]:
        """Runs the body as the step `name`; what it reports stands beside the name while it takes time. A step that took
        no time and said nothing leaves a line all the same: one can read off what was looked at."""
        began = time.monotonic()
        status = self.console.status(f"{name} …") if self.console.is_terminal else None

        def report(line: str) -> None:
            if status:
                status.update(f"{name} … [dim]{line}[/dim]")
                if line.endswith(("s", "d")) and " runs after " in line:
                    self.console.print(f"  [dim]{line}[/dim]")
            else:
                self.console.print(f"  {name}: {line}", markup=False)

        with status or contextlib.nullcontext():
            yield report
        took = time.monotonic() - began
        self.console.print(f"{name}: done{f' in {took:.1f} s' if took > QUICK_SECONDS else ''}", markup=False)
