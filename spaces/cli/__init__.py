"""The command `demodock`."""

from __future__ import annotations

import typer

from spaces.cli.doctor import doctor
from spaces.cli.up import up

app = typer.Typer(name="demodock", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(up)
app.command()(doctor)


def main() -> None:
    app()
