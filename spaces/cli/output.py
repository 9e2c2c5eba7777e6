"""How commands speak: text and tables for people, `--json` for machines; progress goes to stderr."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from spaces.cli.client import Refusal
from spaces.errors import DemodockError

Json = Annotated[bool, typer.Option("--json", help="One JSON value on stdout, nothing else.")]
SpaceName = Annotated[str, typer.Argument(metavar="SPACE", help="OWNER/NAME, or NAME for one of your own.")]

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_COLOURS = {"RUNNING": "green", "SLEEPING": "cyan", "STOPPED": "cyan", "PAUSED": "magenta", "NO_APP_FILE": "yellow"}

Command = TypeVar("Command", bound=Callable[..., Any])


def command(function: Command) -> Command:
    """A command whose refusals become a message, a hint and an exit code; with `--json`, a JSON object."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except Refusal as refusal:
            _refuse(refusal, bool(named.get("as_json")))
        except DemodockError as error:
            _refuse(Refusal(error.message, error.hint), bool(named.get("as_json")))
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return run  # type: ignore[return-value]


def show_json(value: Any) -> None:
    """`value` on one line where a machine reads it, indented for people."""
    print(json.dumps(value, indent=2 if sys.stdout.isatty() else None, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], empty: str = "Nothing here.") -> None:
    """A table, or the sentence where it would have no row."""
    rows = list(rows)
    if not rows:
        out.print(empty, style="dim")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, str) else "" if cell is None else str(cell) for cell in row))
    out.print(table)


def stage(text: str, phase: str = "") -> str:
    """A stage in its colour, with its phase where that says more."""
    colour = _COLOURS.get(text, "red" if "ERROR" in text else "yellow")
    return f"[{colour}]{text}[/]" + (f" [dim]{phase}[/]" if phase == "frozen" else "")


def safe(text: str) -> str:
    """Somebody else's text for a terminal: no markup of ours, no control characters of theirs."""
    return escape(plain(text))


def plain(text: str) -> str:
    """Without what would move a cursor, set a title or reverse the reading direction. Colours stay out as well."""
    return "".join(c if c in "\n\t" or (c.isprintable() and c not in _BIDI) else "�" for c in text)


_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _refuse(refusal: Refusal, as_json: bool) -> None:
    if as_json:
        show_json(refusal.body)
    err.print(f"[red]{safe(refusal.message)}[/]")
    if refusal.hint:
        err.print(safe(refusal.hint))
    raise typer.Exit(refusal.code)
