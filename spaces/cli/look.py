"""Looking: ls, status, logs, open."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from spaces.cli.client import Client
from spaces.cli.output import Json, SpaceName, command, out, plain, safe, show_json, show_table, stage


@command
def ls(
    author: Annotated[str | None, typer.Option(help="Only this owner's.")] = None,
    search: Annotated[str | None, typer.Option(help="Only those whose name or title holds this.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    as_json: Json = False,
) -> None:
    """List Spaces, newest first."""
    params = {key: value for key, value in {"author": author, "search": search}.items() if value}
    spaces = Client().pages("/api/spaces", limit, **params)
    if as_json:
        show_json(spaces)
        return
    rows = [
        (safe(s["id"]), stage(s["runtime"]["stage"], s["runtime"]["phase"]), s["sdk"], s["runtime"]["url"])
        for s in spaces
    ]
    show_table(("SPACE", "STAGE", "SDK", "URL"), rows, "No Space yet: demodock push DIR")


@command
def status(space: SpaceName, as_json: Json = False) -> None:
    """Where a Space stands and why, its builds, and the revisions one may roll back to."""
    client = Client()
    runtime = client.call("GET", client.path(space, "/runtime"))
    builds = client.call("GET", client.path(space, "/builds"), limit=5)
    revisions = client.call("GET", client.path(space, "/revisions"), limit=6)
    if as_json:
        name = client.full_name(space)
        show_json({"space": name, "runtime": runtime, "builds": builds, "revisions": revisions})
        return
    out.print(f"{stage(runtime['stage'], runtime['phase'])}  {runtime['url']}")
    hardware, sleep = runtime["hardware"]["requested"], runtime["gcTimeout"]
    if hardware:
        out.print(f"{hardware}, sleeps {'never' if sleep == -1 else f'after {sleep} idle seconds'}", style="dim")
    if reason := runtime["reason"]:
        out.print(safe(f"{reason['message']} {reason['hint']}".strip()))
        if reason.get("detail"):
            out.print(safe(reason["detail"]), style="dim")
    out.print()
    rows = [
        (
            f"#{b['number']}",
            b["commit"][:8],
            b["status"],
            safe((b["reason"] or {}).get("message", "")),
            b["createdAt"][:19],
        )
        for b in builds
    ]
    show_table(("BUILD", "COMMIT", "STATUS", "", "WHEN"), rows, "Never built: push an app first.")
    if revisions:
        out.print()
        marks = [("serves" if r["current"] else "next" if r["next"] else "") for r in revisions]
        rows = [
            (str(r["id"]), r["commit"][:8], mark, r["createdAt"][:19]) for r, mark in zip(revisions, marks, strict=True)
        ]
        show_table(("REVISION", "COMMIT", "", "WHEN"), rows)


@command
def logs(
    space: SpaceName,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
    build: Annotated[bool, typer.Option("--build", help="Of the newest build instead of the app.")] = False,
    number: Annotated[int | None, typer.Option("--number", help="Of this build.")] = None,
    tail: Annotated[int | None, typer.Option("--tail", "-n", min=0, help="Only the last lines.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show what an app, or a build, printed."""
    client = Client()
    params = {"follow": follow, "tail": tail, "build": number}
    kind = "build" if build or number else "run"
    asked = {key: value for key, value in params.items() if value is not None}
    for event in client.events(client.path(space, f"/logs/{kind}"), **asked):
        # A terminal gets no control characters of a stranger's app; a file or pipe gets the bytes.
        text = event["data"] if not sys.stdout.isatty() else plain(event["data"])
        print(json.dumps(event, ensure_ascii=False) if as_json else text.rstrip("\n"), flush=True)


@command
def open_space(space: SpaceName, as_json: Json = False) -> None:
    """Open a Space in the browser; prints its URL."""
    client = Client()
    url = client.call("GET", client.path(space, "/runtime"))["url"] + "/"
    if as_json:
        show_json({"url": url})
        return
    print(url)
    if sys.stdout.isatty():
        typer.launch(url)


COMMANDS = (ls, status, logs)
