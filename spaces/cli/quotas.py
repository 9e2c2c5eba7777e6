"""admin quota, and everybody's own: `demodock quota`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote as encoded

import typer

from spaces.cli.amounts import NUMBERS, SIZES, TIMES, mebibytes, read, span
from spaces.cli.client import Client, Refusal
from spaces.cli.output import Json, command, err, out, safe, show_json, show_table

quota = typer.Typer(help="What owners may hold.", no_args_is_help=True)

Owner = Annotated[str, typer.Argument(metavar="OWNER", help="A user or an organization.")]
Whom = Annotated[str | None, typer.Argument(metavar="OWNER", help="A user or an organization; none: everybody.")]
Amount = Annotated[str | None, typer.Option(help="A number, `unlimited` or `default`.")]
Time = Annotated[str | None, typer.Option(help="Such as 3600, 2h, `unlimited` or `default`.")]
Size = Annotated[str | None, typer.Option(help="Such as 4096 (MiB), 16G, `unlimited` or `default`.")]

_ROWS = (
    # key on the wire, what people call it, how it is written
    ("guarantee", "GPUs guaranteed", None),
    ("weight", "weight beyond that", None),
    ("gpus", "GPUs at once", None),
    ("gpuSecondsPerDay", "GPU time today", span),
    ("gpuSecondsPerMonth", "GPU time this month", span),
    ("cpus", "CPUs", None),
    ("memory", "memory", mebibytes),
    ("runningSpaces", "running Spaces", None),
    ("storage", "storage", mebibytes),
    ("builds", "builds at a time", None),
    ("buildsPerDay", "builds today", None),
)


@quota.command("list")
@command
def list_quotas(
    own: Annotated[bool, typer.Option("--own", help="Only owners with a quota of their own.")] = False,
    as_json: Json = False,
) -> None:
    """List what owners may hold and what they hold."""
    client, found, after = Client(), [], ""
    while True:
        page = client.call("GET", "/api/admin/quotas", after=after, own=own)
        found += page["owners"]
        if page["next"] is None:
            break
        after = page["next"]
    if as_json:
        show_json({"everybody": page["everybody"], "owners": found})
        return
    everybody = page["everybody"]
    out.print(f"{everybody['guaranteed']:g} of {everybody['gpus']:g} GPUs are guaranteed.", style="dim")
    rows = []
    for row in found:
        limits, used = row["quota"], row["usage"]
        rows.append(
            (
                row["owner"] + ("" if row["own"] else " [dim](defaults)[/]"),
                _number(limits["guarantee"]),
                _number(limits["weight"]),
                _of(used["gpus"], limits["gpus"]),
                _of(used["gpuSecondsPerDay"], limits["gpuSecondsPerDay"], span),
                _of(used["gpuSecondsPerMonth"], limits["gpuSecondsPerMonth"], span),
                _of(used["runningSpaces"], limits["runningSpaces"]),
                f"[yellow]over: {', '.join(over['what'] for over in row['over'])}[/]" if row["over"] else "",
            )
        )
    show_table(("OWNER", "GUARANTEE", "WEIGHT", "GPUS", "TODAY", "MONTH", "RUNNING", ""), rows)


@quota.command("show")
@command
def show_quota(owner: Owner, as_json: Json = False) -> None:
    """Show what an owner may hold, what it holds and what is left."""
    show(Client().call("GET", _path(owner)), as_json)


@quota.command("set")
@command
def set_quota(
    owner: Whom = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Those who were given nothing else.")] = False,
    guarantee: Annotated[str | None, typer.Option(help="GPUs that are its own whenever it wants them.")] = None,
    weight: Annotated[str | None, typer.Option(help="Its part of what others leave free.")] = None,
    gpus: Amount = None,
    gpu_seconds_per_day: Time = None,
    gpu_seconds_per_month: Time = None,
    cpus: Amount = None,
    memory: Size = None,
    running_spaces: Amount = None,
    storage: Size = None,
    builds: Amount = None,
    builds_per_day: Amount = None,
    overcommit: Annotated[bool, typer.Option("--overcommit", help="Guarantee more GPUs than there are.")] = False,
    as_json: Json = False,
) -> None:
    """Change what an owner, or everybody, may hold. What is not named stays."""
    if (owner is None) != everybody:
        raise Refusal("Whose quota?", "Name an owner, or say --everybody.", 2)
    said = {
        "guarantee": (guarantee, NUMBERS), "weight": (weight, NUMBERS), "gpus": (gpus, NUMBERS),
        "gpuSecondsPerDay": (gpu_seconds_per_day, TIMES), "gpuSecondsPerMonth": (gpu_seconds_per_month, TIMES),
        "cpus": (cpus, NUMBERS), "memory": (memory, SIZES), "runningSpaces": (running_spaces, NUMBERS),
        "storage": (storage, SIZES), "builds": (builds, NUMBERS), "buildsPerDay": (builds_per_day, NUMBERS),
    }  # fmt: skip
    body: dict[str, Any] = {key: read(text, units) for key, (text, units) in said.items() if text is not None}
    if not body:
        raise Refusal("Nothing to change was named.", "For example: --gpus 2 --guarantee 1.", 2)
    changed = Client().call("PATCH", _path(owner), body | {"overcommit": overcommit})
    show(changed, as_json)


@quota.command("reset")
@command
def reset_quota(
    owner: Whom = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Limit and guarantee nothing by default.")] = False,
    as_json: Json = False,
) -> None:
    """Give an owner what everybody has."""
    if (owner is None) != everybody:
        raise Refusal("Whose quota?", "Name an owner, or say --everybody.", 2)
    show(Client().call("DELETE", _path(owner)), as_json)


@command
def own_quota(
    organization: Annotated[str | None, typer.Argument(metavar="ORGANIZATION", help="None: your own.")] = None,
    as_json: Json = False,
) -> None:
    """Show what you, or an organization of yours, may hold, and what is left."""
    path = f"/api/organizations/{encoded(organization, safe='')}/quota" if organization else "/api/quota"
    show(Client().call("GET", path), as_json)


def show(found: Mapping[str, Any], as_json: bool) -> None:
    """A quota as a table, with what follows where something is over."""
    if as_json:
        show_json(found)
        return
    used, left, own = found.get("usage", {}), found.get("left", {}), found["own"]
    rows = []
    for key, what, written in _ROWS:
        limit = found["quota"][key]
        rest = "" if left.get(key) in (None, "unlimited") else _number(left[key], written)
        mine = "" if key in own else "[dim]default[/]"
        rows.append((what, _number(used[key], written) if key in used else "", _number(limit, written), rest, mine))
    show_table((found.get("owner", "everybody").upper(), "USED", "LIMIT", "LEFT", ""), rows)
    for over in found.get("over", ()):
        err.print(f"[yellow]Over the limit: {over['what']}.[/] {over['follows']}")
    for warning in found.get("warnings", ()):
        err.print(f"[yellow]{safe(warning)}[/]")


# -- private --------------------------------------------------------------------------------------


def _path(owner: str | None) -> str:
    return f"/api/admin/quotas/{encoded(owner, safe='')}" if owner else "/api/admin/quotas"


def _number(value: float | str, written: Any = None) -> str:
    if isinstance(value, str):
        return value
    return written(value) if written else f"{value:g}"


def _of(used: float, limit: float | str, written: Any = None) -> str:
    return _number(used, written) if limit == "unlimited" else f"{_number(used, written)} of {_number(limit, written)}"
