"""new: a Space made from a template."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from spaces.cli.client import Client
from spaces.cli.output import Json, command, err, out, show_json
from spaces.cli.wait import wait_until


@command
def new(
    space: Annotated[str, typer.Argument(metavar="SPACE", help="OWNER/NAME or NAME.")],
    template: Annotated[str, typer.Option("--template", "-t", help="A template's name, or OWNER/NAME.")],
    wait: Annotated[bool, typer.Option(help="Until it runs.")] = True,
    as_json: Json = False,
) -> None:
    """Make a Space from a template: its files and variables, not its secrets."""
    client = Client()
    owner, name = client.full_name(space).split("/")
    wanted = {"type": "space", "organization": owner, "name": name, "template": template}
    made = client.call("POST", "/api/repos/create", wanted)
    result: dict[str, Any] = {"space": made["name"], "url": made["url"], "secrets": made.get("secrets", [])}
    if result["secrets"] and not as_json:
        err.print(f"Secrets to set: {', '.join(result['secrets'])}", style="yellow")
    if wait:
        runtime = wait_until(client, made["name"], "RUNNING", quiet=as_json)
        result |= {"stage": runtime["stage"], "url": runtime["url"]}
    if as_json:
        show_json(result)
    else:
        out.print(f"{made['name']} is made from {template}.")
        print(result["url"])
