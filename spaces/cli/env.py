"""secret and variable: set, ls, rm."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from spaces.cli.client import Client
from spaces.cli.output import Json, SpaceName, command, out, safe, show_json, show_table

Key = Annotated[str, typer.Argument(help="Name of the environment variable.")]
Description = Annotated[str, typer.Option(help="What it is for.")]


def _group(kind: str, about: str) -> typer.Typer:
    group = typer.Typer(help=about, no_args_is_help=True)
    is_secret = kind == "secret"

    @group.command("set")
    @command
    def put(
        space: SpaceName,
        key: Key,
        value: Annotated[str | None, typer.Argument(help="Left out: asked for, or read from stdin.")] = None,
        description: Description = "",
        as_json: Json = False,
    ) -> None:
        """Set one; the Space restarts."""
        if value is None:
            asked = sys.stdin.isatty()
            value = typer.prompt("Value", hide_input=is_secret) if asked else sys.stdin.read().rstrip("\n")
        client = Client()
        body = {"key": key, "value": value, "description": description}
        client.call("POST", client.path(space, f"/{kind}s"), body)
        if as_json:
            show_json({"key": key, "set": True})
        else:
            out.print(f"{key} is set.")

    @group.command("ls")
    @command
    def ls(space: SpaceName, as_json: Json = False) -> None:
        """List them."""
        client = Client()
        entries = client.call("GET", client.path(space, f"/{kind}s"))
        if as_json:
            show_json(entries)
            return
        columns = ("KEY", "SET AT", "DESCRIPTION") if is_secret else ("KEY", "VALUE", "SET AT", "DESCRIPTION")
        rows = []
        for key, entry in entries.items():
            value = () if is_secret else (safe(entry["value"]),)
            rows.append((key, *value, entry["updatedAt"][:19], safe(entry["description"] or "")))
        show_table(columns, rows, f"No {kind} is set.")

    @group.command("rm")
    @command
    def rm(space: SpaceName, key: Key, as_json: Json = False) -> None:
        """Remove one; the Space restarts."""
        client = Client()
        client.call("DELETE", client.path(space, f"/{kind}s"), {"key": key})
        if as_json:
            show_json({"key": key, "set": False})
        else:
            out.print(f"{key} is removed.")

    return group


secret = _group("secret", "Secrets of a Space: they go in and never come out.")
variable = _group("variable", "Variables of a Space: for everyone who may look at it.")
