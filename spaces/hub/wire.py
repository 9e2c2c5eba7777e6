"""Rows as the Hub's clients want to read them. Pure: whatever is needed is in `Facts`, gathered by `spaces.hub.facts`.

What we say beyond the Hub stands beside its keys and never inside one of them: clients keep unknown keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from spaces import hardware
from spaces.access import Actor
from spaces.card_tags import words
from spaces.hub.volumes import tier
from spaces.models import (
    BrowserSession,
    Build,
    EnvEntry,
    Event,
    Flavor,
    GpuRequest,
    Owner,
    Profile,
    Revision,
    Space,
    Token,
    Visibility,
)
from spaces.models.owner import TokenScope
from spaces.models.space import EnvKind
from spaces.settings import get_settings

EXPANDABLE = (
    "author cardData createdAt datasets disabled lastModified likes models private region resourceGroup runtime sdk sha "
    "siblings subdomain tags trendingScore usedStorage"
).split()
"""What `expand` may ask for, in the order in which clients are told so."""
TOLERATED = {"xetEnabled", "gitalyUid"}
"""Asked for by older clients."""


@dataclass(frozen=True)
class Facts:
    """A Space with what its description needs."""

    space: Space
    owner: str
    flavor: Flavor | None = None
    card: dict[str, Any] = field(default_factory=dict)
    live: bool = False
    """An instance of it runs now."""
    hardware: str | None = None
    """What the one that serves was started with; none: what the Space has."""
    request: GpuRequest | None = None
    """Set while it waits for GPUs."""
    siblings: list[dict[str, Any]] | None = None
    storage: int = 0
    volumes: Sequence[dict[str, Any]] = ()
    reads: bool = True
    """The reader may see its files; else what its page shows, and no more."""
    inspects: bool = False
    """The reader may see what only its people see."""

    @property
    def number(self) -> int:
        return self.space.id or 0

    @property
    def head(self) -> str | None:
        return self.space.head


def when(time: dt.datetime) -> str:
    """`2026-01-01T00:00:00.000Z`."""
    return time.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def runtime(facts: Facts) -> dict[str, Any]:
    """What every runtime call answers with."""
    space, settings = facts.space, get_settings()
    static = space.sdk == "static"
    body: dict[str, Any] = {
        "stage": space.stage.value,
        "hardware": {
            "current": (facts.hardware or space.hardware) if facts.live and not static else None,
            "requested": None if static else space.hardware,
        },
        "storage": tier(space.storage),
        "gcTimeout": None if static else hardware.sleep_seconds(space, facts.flavor),
        "replicas": {"current": int(facts.live or (static and space.stage.serving)), "requested": 1},
        "devMode": False,
        "domains": [{"domain": settings.space_host(space.subdomain), "stage": "READY"}],
        "phase": space.phase.value,
        "reason": space.reason.model_dump(exclude=None if facts.inspects else {"detail"}) if space.reason else None,
        "url": settings.space_url(space.subdomain),
        "sha": space.head,
        "revision": space.revision_id,
        "nextRevision": space.next_revision_id,
        "generation": space.generation,
        "stageSince": when(space.stage_at),
    }
    if facts.request:
        body["queue"] = in_line(facts.request)
    if facts.volumes:
        body["volumes"] = facts.volumes
    if space.reason and "ERROR" in space.stage:
        body["errorMessage"] = f"{space.reason.message} {space.reason.hint}".strip()
    return body if facts.reads else {key: value for key, value in body.items() if key not in _RUNTIME_OF_ITS_PEOPLE}


def in_line(row: GpuRequest) -> dict[str, Any]:
    """Where a Space stands that waits for GPUs."""
    return {
        "place": row.place,
        "waiting": row.line,
        "seconds": row.estimate,
        "why": row.waits,
        "since": when(row.asked_at),
    }


def space_info(facts: Facts) -> dict[str, Any]:
    """A Space, whole; to whoever may not read its files what its page shows."""
    space, settings, card = facts.space, get_settings(), facts.card
    everything: dict[str, Any] = {
        "_id": f"{space.id:024x}",
        "id": f"{facts.owner}/{space.name}",
        "author": facts.owner,
        "sha": space.head,
        "lastModified": when(space.changed_at),
        "createdAt": when(space.created_at),
        "private": space.visibility == Visibility.PRIVATE,
        "visibility": space.visibility.value,
        "gated": False,
        "disabled": False,
        "host": settings.space_url(space.subdomain),
        "subdomain": space.subdomain,
        "likes": space.likes,
        "sdk": space.sdk,
        "tags": tags(facts),
        "trendingScore": 0,
        "usedStorage": facts.storage,
        "cardData": card,
        "siblings": facts.siblings or [],
        "models": words(card.get("models")),
        "datasets": words(card.get("datasets")),
        "region": None,
        "resourceGroup": None,
        "runtime": runtime(facts),
        "title": space.title or space.name,
    }
    return everything if facts.reads else everything | {"sha": None}


def tags(facts: Facts) -> list[str]:
    """The sdk, and the card's tags."""
    own = [facts.space.sdk] if facts.space.sdk else []
    return own + [tag for tag in words(facts.card.get("tags")) if tag not in own]


def flavor(row: Flavor) -> dict[str, Any]:
    """One size of hardware; clients require the cost keys."""
    cores = f"{row.cpus:g} vCPU"
    body: dict[str, Any] = {
        "name": row.name,
        "prettyName": row.label,
        "cpu": cores,
        "ram": f"{row.memory / 1024:g} GB",
        "ephemeralStorage": f"{row.disk / 1024:g} GB",
        "accelerator": accelerator(row) if row.gpus else None,
        "unitCostMicroUSD": 0,
        "unitCostUSD": 0,
        "unitLabel": "hour",
    }
    return body


def accelerator(row: Flavor) -> dict[str, Any]:
    """A flavor's GPUs; memory is that of all of them. What is ours: the MIG profile, and how many share each device."""
    body: dict[str, Any] = {
        "type": "gpu",
        "model": row.gpu_model or "any",
        "quantity": str(row.gpus),
        "vram": f"{row.gpus * row.gpu_memory / 1024:g} GB" if row.gpu_memory else "any",
        "manufacturer": "Nvidia",
    }
    ours = {"prettyName": row.accelerator, "migProfile": row.mig_profile, "slots": row.gpu_slots}
    return body | ours | {"isolated": row.gpu_slots == 1}


def env_map(entries: list[EnvEntry]) -> dict[str, dict[str, Any]]:
    """Secrets or variables by key. A secret's value is not part of it."""
    described = {}
    for entry in entries:
        value = {"value": entry.value} if entry.kind == EnvKind.VARIABLE else {}
        described[entry.key] = value | {
            "key": entry.key,
            "description": entry.description,
            "updatedAt": when(entry.updated_at),
        }
    return described


def whoami(
    actor: Actor,
    token: Token | None,
    given: list[dict[str, Any]],
    profile: Profile | None,
    orgs: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "type": "user",
        "id": f"{actor.owner_id:024x}",
        "name": actor.name,
        "fullname": (profile.full_name if profile else "") or actor.name,
        "email": profile.email if profile else None,
        "emailVerified": profile.email_verified if profile else False,
        "canPay": False,
        "isPro": False,
        "periodEnd": None,
        "orgs": orgs,
        "role": actor.role.value,
        "auth": _auth(token, given),
    }


def _auth(token: Token | None, given: list[dict[str, Any]]) -> dict[str, Any]:
    """How the caller showed who they are; no token: by a browser's session."""
    if token is None:
        return {"type": "session"}
    described: dict[str, Any] = {
        "displayName": token.name,
        "role": token.scope.value,
        "createdAt": when(token.created_at),
    }
    if token.scope == TokenScope.FINE_GRAINED:
        scoped = [
            {
                "entity": {"type": grant["type"], "name": grant["on"].removeprefix(f"{grant['type']}s/")},
                "permissions": _PERMISSIONS[: ("read", "write", "admin").index(grant["permission"]) + 1],
            }
            for grant in given
        ]
        described["fineGrained"] = {"canReadGatedRepos": False, "global": [], "scoped": scoped}
    return {"type": "access_token", "accessToken": described}


_PERMISSIONS = ["repo.content.read", "repo.write", "repo.admin"]
_RUNTIME_OF_ITS_PEOPLE = {"reason", "errorMessage", "sha", "revision", "nextRevision", "generation", "volumes"}


# -- ours, beside the Hub's ------------------------------------------------------------------------


def build(row: Build) -> dict[str, Any]:
    return {
        "number": row.number,
        "commit": row.commit,
        "status": row.status.value,
        "phase": row.phase.value,
        "factory": row.factory,
        "attempt": row.attempt,
        "actor": row.actor,
        "reason": row.reason.model_dump() if row.reason else None,
        "revision": row.revision_id,
        "createdAt": when(row.created_at),
        "startedAt": row.started_at and when(row.started_at),
        "finishedAt": row.finished_at and when(row.finished_at),
    }


def revision(row: Revision, space: Space) -> dict[str, Any]:
    return {
        "id": row.id,
        "commit": row.commit,
        "sdk": row.config.sdk,
        "current": row.id == space.revision_id,
        "next": row.id == space.next_revision_id,
        "warnings": row.config.warnings,
        "dependencies": row.dependencies.splitlines(),
        "startSeconds": row.start_seconds,
        "createdAt": when(row.created_at),
    }


def event(row: Event, inspects: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "space": row.space,
        "at": when(row.at),
        "was": row.was.value,
        "now": row.now.value,
        "phase": row.phase.value,
        "reason": row.reason.model_dump(exclude=None if inspects else {"detail"}) if row.reason else None,
        "actor": row.actor,
    }


def user(row: Owner) -> dict[str, Any]:
    return {"name": row.name, "type": row.kind.value, "role": row.role.value, "createdAt": when(row.created_at)}


def token(row: Token) -> dict[str, Any]:
    """A token without what opens anything."""
    return {
        "id": row.id,
        "name": row.name,
        "prefix": row.prefix,
        "scope": row.scope.value,
        "createdAt": when(row.created_at),
        "expiresAt": row.expires_at and when(row.expires_at),
        "revokedAt": row.revoked_at and when(row.revoked_at),
        "usedAt": row.used_at and when(row.used_at),
    }


def browser_session(row: BrowserSession) -> dict[str, Any]:
    """A session without what opens it."""
    return {
        "id": row.id,
        "agent": row.agent,
        "address": row.address,
        "createdAt": when(row.created_at),
        "usedAt": when(row.used_at),
        "expiresAt": when(row.expires_at),
    }
