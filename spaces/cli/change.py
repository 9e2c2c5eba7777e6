"""Changing what a Space does: restart, pause, wake, sleep, rollback, delete."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from spaces.cli.client import Client, Refusal
from spaces.cli.output import Json, SpaceName, command, out, show_json, stage
from spaces.cli.wait import wait_until


@command
def restart(
    space: SpaceName,
    factory: Annotated[bool, typer.Option(help="Build again, without cached layers.")] = False,
    wait: Annotated[bool, typer.Option(help="Until the new instance serves.")] = True,
    as_json: Json = False,
) -> None:
    """Start new instances beside the old ones, which serve until then."""
    _act(space, "/restart", {"factory": factory}, "RUNNING" if wait else None, as_json)


@command
def pause(space: SpaceName, as_json: Json = False) -> None:
    """Stop a Space until somebody restarts it."""
    _act(space, "/pause", {}, None, as_json)


@command
def wake(
    space: SpaceName,
    wait: Annotated[bool, typer.Option(help="Until it serves.")] = True,
    as_json: Json = False,
) -> None:
    """Start a sleeping Space, as a visit would."""
    _act(space, "/wake", {}, "RUNNING" if wait else None, as_json)


@command
def sleep(
    space: SpaceName,
    wait: Annotated[bool, typer.Option(help="Until it sleeps.")] = True,
    as_json: Json = False,
) -> None:
    """Stop a Space until the next visit."""
    _act(space, "/sleep", {}, "SLEEPING" if wait else None, as_json)


@command
def rollback(
    space: SpaceName,
    revision: Annotated[
        int | None, typer.Argument(help="As `demodock status` lists them; the previous one if left out.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Until it serves.")] = True,
    as_json: Json = False,
) -> None:
    """Let an earlier revision serve again. Nothing is built."""
    client = Client()
    runtime = client.call("POST", client.path(space, "/rollback"), {"revision": revision})
    if wait and runtime["nextRevision"] and runtime["stage"] != "PAUSED":
        runtime = wait_until(client, space, "RUNNING", runtime["nextRevision"])
    _tell(runtime, as_json)


@command
def delete(
    space: SpaceName,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Delete a Space with all there is of it: repository, revisions, logs, secrets, data."""
    client = Client()
    full_name = client.full_name(space)
    if not yes:
        if not sys.stdin.isatty():
            raise Refusal("Deleting wants to be confirmed.", "Add --yes.", 2)
        typed = typer.prompt(f"This cannot be undone. Type {full_name} to delete it")
        if typed != full_name:
            raise Refusal("Nothing was deleted.")
    owner, name = full_name.split("/")
    client.call("DELETE", "/api/repos/delete", {"organization": owner, "name": name, "type": "space"})
    if as_json:
        show_json({"space": full_name, "deleted": True})
    else:
        out.print(f"{full_name} is deleted.")


COMMANDS = (restart, pause, wake, sleep, rollback, delete)


def _act(space: str, path: str, params: dict[str, Any], until: str | None, as_json: bool) -> None:
    client = Client()
    runtime = client.call("POST", client.path(space, path), **params)
    if until:
        runtime = wait_until(client, space, until)
    _tell(runtime, as_json)


def _tell(runtime: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(runtime)
    else:
        out.print(f"{stage(runtime['stage'], runtime['phase'])}  {runtime['url']}")
