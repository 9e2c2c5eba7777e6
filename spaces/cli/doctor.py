"""`demodock doctor`: prints what `spaces.host.doctor` found; ends with 1 where something fails."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from spaces.host.doctor import examine, worst
from spaces.host.versions import Verdict
from spaces.settings import get_settings

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check what Demodock stands on, and say how to mend it."""
    checks = examine(get_settings())
    if as_json:
        print(json.dumps([check.model_dump() for check in checks], indent=2))
    else:
        table = Table("", "check", "found", "mend", box=None, pad_edge=False)
        for check in checks:
            style = STYLES[check.verdict]
            table.add_row(f"[{style}]{check.verdict}[/{style}]", check.name, check.found, check.mend)
        Console().print(table)
    if worst(checks) == Verdict.FAIL:
        raise typer.Exit(1)
