"""Rows as ModelScope's clients want to read them. Pure: whatever is needed is in `Facts`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from spaces.card_modelscope import FLAVORS
from spaces.card_tags import words
from spaces.engines.base import LogLine
from spaces.hub.wire import Facts, tags, when
from spaces.lifecycle import Phase, Stage
from spaces.models import EnvEntry, Flavor, Space, StudioSettings, Visibility
from spaces.models.space import EnvKind
from spaces.settings import get_settings

_STATUS = {
    Stage.CONFIG_ERROR: "BuildFailed",
    Stage.BUILDING: "Building",
    Stage.BUILD_ERROR: "BuildFailed",
    Stage.APP_STARTING: "Deploying",
    Stage.RUNTIME_ERROR: "DeployFailed",
    Stage.STOPPED: "Stopped",
    Stage.SLEEPING: "Sleeping",
    Stage.DELETING: "Stopping",
}
PAID = "paid/"
"""What may stand before the name of hardware that costs something there."""


def status(space: Space) -> str:
    """The stage in ModelScope's words. While an old revision serves, a Studio is `Running`."""
    if space.stage.serving:
        return "Running"
    if space.stage == Stage.NO_APP_FILE:
        return "BuildFailed" if space.reason else "Initialized"
    if space.stage == Stage.PAUSED:
        return "Stopping" if space.phase == Phase.STOPPING else "Stopped"
    return _STATUS[space.stage]


def studio(facts: Facts) -> dict[str, Any]:
    """A Space as a Studio."""
    space, card = facts.space, facts.card
    own = space.studio or StudioSettings()
    return {
        "id": f"{facts.owner}/{space.name}",
        "owner": facts.owner,
        "repo_name": space.name,
        "display_name": space.title or own.display_name or space.name,
        "description": own.description or card.get("short_description") or "",
        "license": own.license or ", ".join(words(card.get("license"))),
        "cover_image": own.cover_image or card.get("thumbnail") or "",
        "visibility": space.visibility.value,
        "private": space.visibility == Visibility.PRIVATE,
        "sdk_type": space.sdk or own.sdk_type,
        "sdk_version": card.get("sdk_version") or own.sdk_version or "",
        "base_image": own.base_image or "",
        "hardware": space.hardware,
        "mcp_support": False,
        "likes": space.likes,
        "view_num": 0,
        "tags": tags(facts),
        "created_at": when(space.created_at),
        "last_modified": when(space.changed_at),
        "runtime": runtime(space),
    }


def runtime(space: Space) -> dict[str, Any]:
    """How it is, and where it answers."""
    reason = space.reason if "ERROR" in space.stage or space.stage == Stage.NO_APP_FILE else None
    return {
        "status": status(space),
        "stage": space.stage.value,
        "url": get_settings().space_url(space.subdomain),
        "message": f"{reason.message} {reason.hint}".strip() if reason else "",
    }


def entry(row: EnvEntry) -> dict[str, str]:
    """A variable; or a secret, without its value."""
    return {"key": row.key} | ({"value": row.value} if row.kind == EnvKind.VARIABLE else {})


def hardware(row: Flavor) -> dict[str, Any]:
    """One size of hardware. Nothing costs anything here, and nothing runs out."""
    return {
        "name": row.name,
        "instance_type": row.name,
        "display_name": row.label,
        "resource_type": "gpu" if row.gpus else "cpu",
        "gpu_type": row.gpu_model if row.gpus else None,
        "cpu": row.cpus,
        "memory": row.memory,
        "gpu": row.gpus,
        "has_stock": True,
    }


def flavor_name(wanted: str) -> str:
    """Our name for what a client calls hardware."""
    return FLAVORS.get(wanted, wanted.removeprefix(PAID))


def lines(page: Iterable[LogLine]) -> list[dict[str, Any]]:
    """Lines of a log; times are milliseconds, as the call takes them."""
    return [{"timestamp": moment(line), "content": line.text} for line in page]


def moment(line: LogLine) -> int:
    """When it was written, in milliseconds since 1970."""
    return int(line.at.timestamp() * 1000)
