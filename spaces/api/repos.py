"""Creating and deleting repositories, on the Hub's paths."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from spaces import actions, db, env, links
from spaces.access import Permission, access_space
from spaces.api.deps import Caller
from spaces.errors import BadRequest
from spaces.hub.wire import when
from spaces.models.space import EnvKind

router = APIRouter(tags=["repositories"])


class Entry(BaseModel):
    key: str
    value: str = Field(repr=False)
    description: str | None = None


class Creation(BaseModel):
    name: str
    organization: str | None = None
    type: str = "model"
    sdk: str | None = None
    visibility: str | None = None
    private: bool | None = None
    hardware: str | None = None
    sleepTimeSeconds: int | None = None
    secrets: list[Entry] = []
    variables: list[Entry] = []


class Deletion(BaseModel):
    name: str
    organization: str | None = None
    type: str = "model"


@router.post("/api/repos/create")
def create_repository(body: Creation, actor: Caller) -> dict[str, Any]:
    """A new Space with its first commit."""
    _spaces_only(body.type)
    if body.private or body.visibility not in (None, "public"):
        raise BadRequest("Every Space is public here so far.", hint="Leave `visibility` out.", code="only_public")
    owner, name = _split(body.name, body.organization)
    with db.writing() as session:
        space = actions.create_space(session, actor, owner, name, body.sdk, body.hardware, body.sleepTimeSeconds)
        for kind, entries in ((EnvKind.SECRET, body.secrets), (EnvKind.VARIABLE, body.variables)):
            for entry in entries:
                env.put_entry(session, space, kind, entry.key, entry.value, entry.description or "")
    full_name = f"{owner or actor.name}/{space.name}"
    actions.first_commit(space, actor)
    return {
        "url": f"{links.here()}/spaces/{full_name}",
        "name": full_name,
        "id": f"{space.id:024x}",
        "private": False,
        "createdAt": when(space.created_at),
    }


@router.delete("/api/repos/delete")
def delete_repository(body: Deletion, actor: Caller) -> dict[str, Literal[True]]:
    """Everything there is of a Space goes; its host name stays its owner's."""
    _spaces_only(body.type)
    owner, name = _split(body.name, body.organization)
    with db.writing() as session:
        space = access_space(session, actor, owner or actor.name, name, Permission.ADMIN)
        actions.delete_space(session, space, actor)
    return {"success": True}


def _split(name: str, organization: str | None) -> tuple[str | None, str]:
    """Older clients send `owner/name` as the name."""
    owner, slash, rest = name.partition("/")
    return (owner, rest) if slash and organization is None else (organization, name)


def _spaces_only(kind: str) -> None:
    if kind != "space":
        raise BadRequest(
            "Only Spaces live here.", hint='Say `"type": "space"` (`--repo-type space`).', code="only_spaces"
        )
