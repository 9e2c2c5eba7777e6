"""Creating, moving and deleting repositories, on the Hub's paths."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, Field
from sqlmodel import Session

from spaces import actions, copies, db, env, links, renames, repositories, templates, volumes
from spaces.access import Actor, Permission, access_repository
from spaces.api.deps import Caller
from spaces.hub.volumes import Asked, wishes
from spaces.hub.wire import when
from spaces.models import RepoKind, Space, Visibility
from spaces.models.space import EnvKind
from spaces.moves import full_name

router = APIRouter(tags=["repositories"])


class Entry(BaseModel):
    key: str
    value: str = Field(repr=False)
    description: str | None = None


class Named(BaseModel):
    """A repository in a request's body: its kind, its owner where that is not the caller, its name."""

    name: str
    organization: str | None = None
    type: RepoKind | None = None

    @property
    def kind(self) -> RepoKind:
        """Clients leave the kind of models out."""
        return self.type or RepoKind.MODEL

    def split(self) -> tuple[str | None, str]:
        """Owner and name; older clients send `owner/name` as the name."""
        owner, slash, rest = self.name.partition("/")
        return (owner, rest) if slash and self.organization is None else (self.organization, self.name)


class Seen(BaseModel):
    """Who shall see a repository; older clients say `private`."""

    visibility: Visibility | None = None
    private: bool | None = None

    def wanted(self) -> Visibility | None:
        """None: nothing was said."""
        if self.visibility is None and self.private is not None:
            return Visibility.PRIVATE if self.private else Visibility.PUBLIC
        return self.visibility


class Environment(BaseModel):
    """A new Space's secrets, variables and volumes."""

    secrets: list[Entry] = []
    variables: list[Entry] = []
    volumes: list[Asked] = Field(default=[], max_length=100)

    def put(self, session: Session, space: Space, actor: Actor) -> None:
        if self.volumes:
            volumes.put(session, space, volumes.checked(session, actor, space.owner_id, wishes(self.volumes)))
        for kind, entries in ((EnvKind.SECRET, self.secrets), (EnvKind.VARIABLE, self.variables)):
            for entry in entries:
                env.put_entry(session, space, kind, entry.key, entry.value, entry.description or "")


class Creation(Named, Seen, Environment):
    sdk: str | None = None
    hardware: str | None = None
    sleepTimeSeconds: int | None = None
    template: str | None = Field(default=None, max_length=200)


class Move(BaseModel):
    fromRepo: str
    toRepo: str
    type: RepoKind = RepoKind.MODEL


@router.post("/api/repos/create")
def create_repository(body: Creation, actor: Caller) -> dict[str, Any]:
    """A new repository with its first commit; a Space may begin as a template. `secrets` names those that it then lacks."""
    owner, name = body.split()
    visibility = body.wanted()
    template, missing = None, []
    with db.writing() as session:
        if body.kind == RepoKind.SPACE:
            template = templates.find(session, actor, body.template) if body.template else None
            sdk = body.sdk or (template.sdk if template else None)
            flavor, sleep_after = body.hardware, body.sleepTimeSeconds
            made = actions.create_space(session, actor, owner, name, sdk, flavor, sleep_after, visibility)
            body.put(session, made, actor)
            missing = copies.copy_variables(session, template, made) if template else []
        else:
            made = repositories.create_repository(session, actor, body.kind, owner, name, visibility)
        called = full_name(session, made)
    assert made.id is not None
    if template and template.id:
        copies.copy_files(RepoKind.SPACE, template.id, made.id, actor.name)
    repositories.first_commit(body.kind, made.id, actor.name)
    return ({"secrets": missing} if template else {}) | {
        "url": f"{links.here()}/{body.kind.prefix}{called}",
        "name": called,
        "id": f"{made.id:024x}",
        "private": made.visibility == Visibility.PRIVATE,
        "visibility": made.visibility.value,
        "createdAt": when(made.created_at),
    }


@router.delete("/api/repos/delete")
def delete_repository(body: Named, actor: Caller, after: BackgroundTasks) -> dict[str, Literal[True]]:
    """Everything there is of it goes; a Space's host name stays its owner's."""
    owner, name = body.split()
    with db.writing() as session:
        found = access_repository(session, actor, body.kind, owner or actor.name, name, Permission.ADMIN)
        if isinstance(found, Space):
            actions.delete_space(session, found, actor)
        else:
            repositories.delete_repository(session, found, actor)
            after.add_task(repositories.erase, found.id)
    return {"success": True}


@router.post("/api/repos/move")
def move_repository(body: Move, actor: Caller) -> dict[str, str]:
    """Another name, another owner, or both; the old name leads to the new one until somebody takes it."""
    owner, _, name = body.fromRepo.partition("/")
    holder, _, becomes = body.toRepo.partition("/")
    with db.writing() as session:
        found = access_repository(session, actor, body.type, owner, name, Permission.ADMIN)
        renames.move_repository(session, actor, body.type, found, holder, becomes)
        return {"url": f"{links.here()}/{body.type.prefix}{full_name(session, found)}"}
