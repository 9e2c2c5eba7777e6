"""import: a Space, a Studio or any git repository becomes a Space here."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from spaces.cli.client import Client, Refusal
from spaces.cli.output import Json, command, err, out, safe, show_json
from spaces.cli.wait import wait_until

POLL = 0.5


@command
def import_space(
    url: Annotated[str, typer.Argument(metavar="URL", help="Of a Space, a Studio, or a git repository.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="SPACE", help="OWNER/NAME or NAME; else like the source.")
    ] = None,
    branch: Annotated[str | None, typer.Option("--branch", help="Else the source's default branch.")] = None,
    visibility: Annotated[str | None, typer.Option("--visibility", help="public, protected or private.")] = None,
    wait: Annotated[bool, typer.Option(help="Until it runs.")] = True,
    as_json: Json = False,
) -> None:
    """Move a Space in from elsewhere: its history comes along, and it is built."""
    client = Client()
    wanted = {"url": url, "repository": to and client.full_name(to), "branch": branch, "visibility": visibility}
    state = client.call("POST", "/api/spaces/import", wanted)
    state = _follow(client, state, quiet=as_json)
    result: dict[str, Any] = {"space": state["repository"], "source": state["source"]}
    if wait:
        runtime = wait_until(client, state["repository"], "RUNNING", quiet=as_json)
        result |= {"stage": runtime["stage"], "url": runtime["url"]}
    if as_json:
        show_json(result)
    else:
        out.print(f"{state['repository']} is imported.")
        print(result.get("url") or state["url"])


# -- private --------------------------------------------------------------------------------------


def _follow(client: Client, state: dict[str, Any], quiet: bool) -> dict[str, Any]:
    """The import once it succeeded; raises Refusal where it failed."""
    told = ""
    while state["status"] in ("queued", "running"):
        step = f"{state['step']} {state['received'] >> 20} MiB" if state["received"] >> 20 else state["step"]
        if step != told and not quiet:
            err.print(safe(step), style="dim")
            told = step
        time.sleep(POLL)
        state = client.call("GET", f"/api/spaces/import/{state['id']}")
    if state["status"] != "succeeded":
        reason = state["reason"] or {"message": "The import failed.", "hint": ""}
        raise Refusal(safe(reason["message"]), reason["hint"], body={"error": reason["message"], "import": state})
    return state
