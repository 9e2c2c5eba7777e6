"""admin: quotas, GPUs, hardware flavors, the queue for GPUs, and the audit log; for those who run the platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote as encoded

import typer

from spaces.cli import quotas
from spaces.cli.amounts import mebibytes, span
from spaces.cli.client import Client
from spaces.cli.output import Json, command, err, out, safe, show_json, show_table

admin = typer.Typer(help="Quotas, GPUs, hardware, the queue and the audit log; for admins.", no_args_is_help=True)
gpu = typer.Typer(help="GPUs: which there are, who holds them, and what you order.", no_args_is_help=True)
flavor = typer.Typer(help="Hardware flavors.", no_args_is_help=True)
queue = typer.Typer(help="Who waits for a GPU.", no_args_is_help=True)
admin.add_typer(gpu, name="gpu")
admin.add_typer(quotas.quota, name="quota")
admin.add_typer(flavor, name="flavor")
admin.add_typer(queue, name="queue")

Gpu = Annotated[str, typer.Argument(metavar="GPU", help="Its UUID, or the beginning of it.")]
Why = Annotated[str, typer.Option(help="For whoever looks at it.")]


# -- GPUs ------------------------------------------------------------------------------------------


@gpu.command("list")
@command
def list_gpus(as_json: Json = False) -> None:
    """List GPUs with their state and their holders."""
    found = Client().call("GET", "/api/admin/gpus")
    if as_json:
        show_json(found)
        return
    rows = []
    for row in found:
        holders = ", ".join(holder["space"] for holder in row["holders"])
        kind = " ".join(part for part in (row["model"], row["migProfile"]) if part)
        note = row["reason"]["message"] if row["reason"] else ""
        rows.append((row["uuid"], kind, mebibytes(row["memory"]), row["state"], holders, safe(note)))
    show_table(("GPU", "MODEL", "MEMORY", "STATE", "HELD BY", ""), rows, "There is no GPU. `demodock doctor` says why.")


@gpu.command("cordon")
@command
def cordon(device: Gpu, reason: Why = "", as_json: Json = False) -> None:
    """Give it to nobody new; who holds it keeps it."""
    _order(device, {"order": "cordoned", "reason": reason}, as_json)


@gpu.command("drain")
@command
def drain(
    device: Gpu,
    within: Annotated[int, typer.Option(min=0, help="Seconds until those go that are in use; the idle go now.")] = 3600,
    reason: Why = "",
    as_json: Json = False,
) -> None:
    """Have everybody leave it."""
    _order(device, {"order": "draining", "reason": reason, "within": within}, as_json)


@gpu.command("ready")
@command
def ready(device: Gpu, as_json: Json = False) -> None:
    """Take a cordon or a drain back."""
    _order(device, {"order": "ready"}, as_json)


@gpu.command("slots")
@command
def cut(
    device: Gpu,
    count: Annotated[int, typer.Argument(metavar="COUNT", help="Holders at a time; 1: one alone.")],
    as_json: Json = False,
) -> None:
    """Divide it among several holders, who are not kept from each other in any way."""
    _order(device, {"slots": count}, as_json)


@gpu.command("forget")
@command
def forget(device: Gpu, as_json: Json = False) -> None:
    """Strike one from the list that is gone."""
    gone = Client().call("DELETE", _path("gpus", device))
    show_json(gone) if as_json else out.print(f"{safe(device)} is forgotten.")


# -- flavors ---------------------------------------------------------------------------------------


@flavor.command("list")
@command
def list_flavors(as_json: Json = False) -> None:
    """List all flavors, also those that no GPU here fits."""
    found = Client().call("GET", "/api/admin/flavors")
    if as_json:
        show_json(found)
        return
    rows = [
        (row["name"], f"{row['cpus']:g}", mebibytes(row["memory"]), _gpus(row), span(row["sleep_after"]), _whom(row))
        for row in found
    ]
    show_table(("FLAVOR", "CPUS", "MEMORY", "GPUS", "SLEEPS AFTER", "FOR"), rows)


@flavor.command("set")
@command
def set_flavor(
    name: Annotated[str, typer.Argument(metavar="FLAVOR")],
    cpus: Annotated[float | None, typer.Option()] = None,
    memory: Annotated[int | None, typer.Option(help="MiB.")] = None,
    gpus: Annotated[int | None, typer.Option()] = None,
    gpu_model: Annotated[str | None, typer.Option(help="Such as A100; empty: any.")] = None,
    gpu_memory: Annotated[int | None, typer.Option(help="MiB of each GPU, at least.")] = None,
    mig_profile: Annotated[str | None, typer.Option(help="Such as 1g.10gb; empty: whole devices.")] = None,
    gpu_slots: Annotated[int | None, typer.Option(help="Shares a GPU cut into so many; no isolation.")] = None,
    sleep_after: Annotated[int | None, typer.Option(help="Idle seconds; -1: never.")] = None,
    pretty_name: Annotated[str | None, typer.Option()] = None,
    audience: Annotated[str | None, typer.Option(help="`everybody`, `named` or `admins`.")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="Repeatable, where it is for those named.")] = None,
    as_json: Json = False,
) -> None:
    """Change a flavor, or make one that is not there yet."""
    wish: dict[str, Any] = {
        "cpus": cpus, "memory": memory, "gpus": gpus, "gpu_model": gpu_model, "gpu_memory": gpu_memory,
        "mig_profile": mig_profile, "gpu_slots": gpu_slots, "sleep_after": sleep_after, "pretty_name": pretty_name,
        "audience": audience, "owners": owner,
    }  # fmt: skip
    wish = {key: value for key, value in wish.items() if value is not None}
    client = Client()
    if name in {row["name"] for row in client.call("GET", "/api/admin/flavors")}:
        done, what = (
            client.call("PATCH", _path("flavors", name), wish),
            "is changed: instances get it at their next start",
        )
    else:
        done, what = client.call("POST", "/api/admin/flavors", wish | {"name": name}), "is made"
    _told(done, f"{safe(name)} {what}.", as_json)


@flavor.command("rm")
@command
def remove_flavor(name: Annotated[str, typer.Argument(metavar="FLAVOR")], as_json: Json = False) -> None:
    """Remove a flavor that no Space has."""
    gone = Client().call("DELETE", _path("flavors", name))
    show_json(gone) if as_json else out.print(f"{safe(name)} is gone.")


# -- queue and audit -------------------------------------------------------------------------------


@queue.command("list")
@command
def list_queue(as_json: Json = False) -> None:
    """List who waits for a GPU, next first."""
    found = Client().call("GET", "/api/admin/queue")
    if as_json:
        show_json(found)
        return
    rows = [
        (row["place"] or "–", row["space"], row["flavor"], span(row["waited"]), span(row["estimate"]), _reason(row))
        for row in found
    ]
    show_table(("PLACE", "SPACE", "FLAVOR", "WAITED", "ABOUT", ""), rows, "Nobody waits.")


@admin.command("audit")
@command
def show_audit(
    by: Annotated[str | None, typer.Option(help="Who did it.")] = None,
    action: Annotated[str | None, typer.Option(help="`quota.change`, or all of `quota`.")] = None,
    subject: Annotated[str | None, typer.Option(help="What it was done to.")] = None,
    since: Annotated[str | None, typer.Option(help="Such as 2026-01-31T00:00:00Z.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """Show who changed what, newest first. All of it: /api/admin/audit/export?format=csv."""
    named = {"by": by, "action": action, "subject": subject, "since": since, "limit": limit}
    asked = {key: value for key, value in named.items() if value is not None}
    found = Client().call("GET", "/api/admin/audit", **asked)
    if as_json:
        show_json(found)
        return
    rows = [
        (
            row["at"][:19].replace("T", " "),
            safe(row["actor"]),
            row["action"],
            safe(row["subject"]),
            safe(_difference(row["before"], row["after"])),
        )
        for row in found["entries"]
    ]
    show_table(("UTC", "WHO", "WHAT", "OF", "CHANGE"), rows)


# -- private --------------------------------------------------------------------------------------


def _path(resource: str, name: str) -> str:
    return f"/api/admin/{resource}/{encoded(name, safe='')}"


def _order(device: str, body: Mapping[str, Any], as_json: bool) -> None:
    done = Client().call("PATCH", _path("gpus", device), body)
    holders = ", ".join(holder["space"] for holder in done["holders"])
    held = f" Held by {safe(holders)}." if holders else ""
    _told(done, f"{done['uuid']} is {done['state']}.{held}", as_json)


def _told(done: Mapping[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        show_json(done)
        return
    out.print(sentence)
    for warning in done.get("warnings", ()):
        err.print(f"[yellow]{safe(warning)}[/]")


def _gpus(row: Mapping[str, Any]) -> str:
    if not row["gpus"]:
        return ""
    shared = f", 1/{row['gpu_slots']} each" if row["gpu_slots"] > 1 else ""
    return (
        f"{row['gpus']} x {' '.join(part for part in (row['gpu_model'] or 'any', row['mig_profile']) if part)}{shared}"
    )


def _whom(row: Mapping[str, Any]) -> str:
    return ", ".join(row["owners"]) if row["audience"] == "named" else row["audience"]


def _reason(row: Mapping[str, Any]) -> str:
    return safe(row["reason"]["message"]) if row["reason"] else ""


def _difference(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> str:
    """What is otherwise than before: `gpus 1 → 2`."""
    was, became = before or {}, after or {}
    changed = [key for key in {**was, **became} if was.get(key) != became.get(key)]
    return ", ".join(f"{key} {_value(was.get(key))} → {_value(became.get(key))}" for key in changed)


def _value(value: Any) -> str:
    return "–" if value is None else str(value)
