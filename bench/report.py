"""What people read (a table) and what programs read (`bench/results/latest.json`)."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.measure import Figure

LATEST = Path(__file__).resolve().parent / "results" / "latest.json"


def table(figures: list[Figure]) -> Table:
    """One row a figure, its floor and its target beside it."""
    shown = Table(title="Demodock, measured beside its floors", title_justify="left")
    for heading in ("what", "median", "p95", "floor", "difference", "target", ""):
        shown.add_column(heading, justify="left" if heading in ("what", "target", "") else "right")
    for figure in figures:
        result = figure.as_json()
        shown.add_row(
            figure.what + (f"\n[dim]{figure.note}[/dim]" if figure.note else ""),
            number(result["median"], figure.unit),
            number(result["p95"], figure.unit) if len(figure.ours) > 1 else "",
            (number(result["floor"], figure.unit) + f"\n[dim]{figure.floor_is}[/dim]") if figure.floor else "",
            difference(figure),
            figure.target,
            {True: "[green]holds[/green]", False: "[red]missed[/red]", None: ""}[figure.holds],
        )
    return shown


def number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    if unit in ("starts", "Spaces", "requests"):
        digits = 0
    return f"{value:,.{digits}f} {unit}"


def difference(figure: Figure) -> str:
    """Ours against the floor: a ratio for rates, else a difference."""
    ours, floor = figure.median, figure.floor_median
    if ours is None or not floor:
        return ""
    if figure.unit.endswith("/s"):
        return f"× {ours / floor:.3f}"
    return ("+" if ours >= floor else "−") + number(abs(ours - floor), figure.unit)


def save(figures: list[Figure], engine: dict[str, Any], where: Path = LATEST) -> None:
    """Replaces the last results; figures of a partial run replace only their own."""
    before = json.loads(where.read_text())["figures"] if where.exists() else {}
    body = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": machine(engine),
        "figures": {**before, **{figure.name: figure.as_json() for figure in figures}},
    }
    where.parent.mkdir(parents=True, exist_ok=True)
    temporary = where.with_suffix(".tmp")
    temporary.write_text(json.dumps(body, indent=1, ensure_ascii=False) + "\n")
    temporary.replace(where)


def machine(engine: dict[str, Any]) -> dict[str, Any]:
    memory = next(
        line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal:")
    )
    return {
        "cpus": os.cpu_count(),
        "memory_mib": int(memory) // 1024,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "engine": engine.get("Version"),
        "load": [round(value, 1) for value in os.getloadavg()],
    }


def show(figures: list[Figure]) -> None:
    Console().print(table(figures))
