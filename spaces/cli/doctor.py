"""`demodock doctor`: prints what `spaces.host.doctor` found; ends with 1 where something fails."""

from __future__ import annotations

import typer
from rich.markup import escape
from rich.table import Table

from spaces.cli.output import out, show_json
from spaces.host.doctor import examine, worst
from spaces.host.versions import Verdict
from spaces.settings import get_settings

STYLES = {Verdict.OK: "green", Verdict.WARN: "yellow", Verdict.FAIL: "red"}


def doctor(as_json: bool) -> None:
    """Prints every check; ends with 1 where one fails."""
    checks = examine(get_settings())
    if as_json:
        show_json([check.model_dump() for check in checks])
    else:
        table = Table("", "check", "found", "mend", box=None, pad_edge=False)
        for check in checks:
            style = STYLES[check.verdict]
            table.add_row(f"[{style}]{check.verdict}[/{style}]", *map(escape, (check.name, check.found, check.mend)))
        out.print(table)
    if worst(checks) == Verdict.FAIL:
        raise typer.Exit(1)
