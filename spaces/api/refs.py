"""Branches and tags of a repository."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from spaces.access import Permission
from spaces.api.deps import Caller, Kind, Segment, repository
from spaces.hub import repository as wire
from spaces.repos import hosting, refs, revisions, squash, store

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["branches and tags"])

Done = dict[str, bool]


class Branch(BaseModel):
    startingPoint: str | None = None


class Squash(BaseModel):
    message: str = ""


class Tag(BaseModel):
    tag: str
    message: str | None = None


@router.get("/refs")
def list_refs(kind: Kind, owner: Segment, name: Segment, actor: Caller, include_prs: bool = False) -> dict[str, Any]:
    """Branches and tags with their commits, and pull requests where they are asked for."""
    found = repository(actor, kind, owner, name, Permission.READ)
    return wire.refs(store.refs(found.number), store.pulls(found.number) if include_prs else None)


@router.post("/branch/{branch}")
def create_branch(
    kind: Kind, owner: Segment, name: Segment, branch: Segment, actor: Caller, body: Branch | None = None
) -> Done:
    """A branch from a revision; where none is named, from the default branch."""
    found = repository(actor, kind, owner, name, Permission.WRITE)
    start = body.startingPoint if body else None
    sha = revisions.commit_at(found.number, start or revisions.MAIN)
    if refs.create_branch(found.number, branch, sha):
        hosting.record_commit(kind, found.number, actor.name)
    return {"success": True}


@router.delete("/branch/{branch}")
def delete_branch(kind: Kind, owner: Segment, name: Segment, branch: Segment, actor: Caller) -> Done:
    """Any branch but the default one."""
    refs.delete_branch(repository(actor, kind, owner, name, Permission.WRITE).number, branch)
    return {"success": True}


@router.post("/super-squash/{branch}")
def squash_branch(
    kind: Kind, owner: Segment, name: Segment, branch: Segment, actor: Caller, body: Squash | None = None
) -> Done:
    """One commit with the files of the branch, and nothing before it. What was there stays as long as a revision needs it."""
    found = repository(actor, kind, owner, name, Permission.WRITE)
    if squash.squash(found.number, branch, body.message if body else "", actor.name):
        hosting.record_commit(kind, found.number, actor.name)
    return {"success": True}


@router.post("/tag/{rev}")
def create_tag(kind: Kind, owner: Segment, name: Segment, rev: Segment, actor: Caller, body: Tag) -> Done:
    """A name for a revision, with a message or without."""
    found = repository(actor, kind, owner, name, Permission.WRITE)
    sha = revisions.commit_at(found.number, rev)
    refs.create_tag(found.number, body.tag, sha, actor.name, body.message)
    return {"success": True}


@router.delete("/tag/{tag}")
def delete_tag(kind: Kind, owner: Segment, name: Segment, tag: Segment, actor: Caller) -> Done:
    """The name goes, its commit stays."""
    refs.delete_tag(repository(actor, kind, owner, name, Permission.WRITE).number, tag)
    return {"success": True}
