"""What the engine says of our containers. Ownership is label and name together, and the numbers come from the name."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from spaces import names
from spaces.engines.base import ContainerState, Observation
from spaces.engines.docker.client import Link, NotFound, translated

_STATES = {
    "created": ContainerState.CREATED,
    "running": ContainerState.RUNNING,
    "restarting": ContainerState.RUNNING,
    "paused": ContainerState.FROZEN,
}
"""Anything else (`exited`, `dead`, `removing`) does not run and starts only anew."""


def observe(link: Link, name: str | None = None) -> list[Observation]:
    """Inspects, since the list alone lacks exit codes and times; one that vanishes meanwhile is left out."""
    found = [name] if name else [_name(entry) for entry in list_ours(link)]
    return [seen for each in found if (seen := look(link, each)) is not None]


def look(link: Link, name: str) -> Observation | None:
    """One instance of ours, or None."""
    record = inspect(link, name)
    return observation(record, link.installation) if record else None


def inspect(link: Link, name: str) -> dict[str, Any] | None:
    """The engine's record of `name` where it is ours, else None."""
    with translated("look at a container"):
        try:
            record = link.quick.inspect_container(name)
        except NotFound:
            return None
    return record if is_ours(record, link.installation) else None


def list_ours(link: Link, space_id: int | None = None) -> list[dict[str, Any]]:
    """Short entries of this installation's instances; the labels only narrow the search."""
    labels = [f"{names.LABEL_INSTALLATION}={link.installation}", f"{names.LABEL_KIND}={names.KIND_INSTANCE}"]
    with translated("list containers"):
        entries = link.quick.containers(all=True, filters={"label": labels})
    numbers = [(names.parse_instance_name(link.installation, _name(entry)), entry) for entry in entries]
    return [entry for number, entry in numbers if number and space_id in (None, number[0])]


def is_ours(record: dict[str, Any], installation: str) -> bool:
    """Both the label and the name, so that neither an image's label nor a chosen name makes a container ours."""
    labels = record["Config"].get("Labels") or {}
    return (
        labels.get(names.LABEL_INSTALLATION) == installation
        and labels.get(names.LABEL_KIND) == names.KIND_INSTANCE
        and names.parse_instance_name(installation, record["Name"].lstrip("/")) is not None
    )


def observation(record: dict[str, Any], installation: str) -> Observation:
    """Pure: an inspect record in our words."""
    name = record["Name"].lstrip("/")
    number = names.parse_instance_name(installation, name)
    state = _STATES.get(record["State"]["Status"], ContainerState.EXITED)
    network = (record["NetworkSettings"].get("Networks") or {}).get(record["HostConfig"]["NetworkMode"]) or {}
    ended = state == ContainerState.EXITED
    return Observation(
        name=name,
        container_id=record["Id"],
        space_id=number and number[0],
        revision_id=number and number[1],
        state=state,
        address=network.get("IPAddress") or None if state in (ContainerState.RUNNING, ContainerState.FROZEN) else None,
        spec=(record["Config"].get("Labels") or {}).get(names.LABEL_SPEC, ""),
        exit_code=record["State"]["ExitCode"] if ended else None,
        oom_killed=ended and record["State"]["OOMKilled"],
        started_at=parse_time(record["State"]["StartedAt"]),
        finished_at=parse_time(record["State"]["FinishedAt"]) if ended else None,
    )


def parse_time(text: str) -> dt.datetime | None:
    """RFC 3339 with up to nine decimals; the engine's year 1 means never."""
    match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$", text)
    if not match or text.startswith("0001"):
        return None
    micro = (match[2] or "")[:6].ljust(6, "0")
    return dt.datetime.fromisoformat(f"{match[1]}.{micro}{match[3].replace('Z', '+00:00')}").astimezone(dt.UTC)


def _name(entry: dict[str, Any]) -> str:
    return entry["Names"][0].lstrip("/") if entry["Names"] else ""
