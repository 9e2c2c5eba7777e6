"""Branches and tags of a Space's repository."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from spaces.access import Permission
from spaces.api.deps import Caller, Segment, repository
from spaces.hub import repository as wire
from spaces.repos import hosting, refs, revisions, store

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["branches and tags"])

Done = dict[str, bool]


class Branch(BaseModel):
    startingPoint: str | None = None


class Tag(BaseModel):
    tag: str
    message: str | None = None


@router.get("/refs")
def list_refs(owner: Segment, name: Segment, actor: Caller, include_prs: bool = False) -> dict[str, Any]:
    """Branches and tags with their commits. There are no pull requests."""
    found = repository(actor, owner, name, Permission.READ)
    return wire.refs(store.refs(found.space_id), include_prs)


@router.post("/branch/{branch}")
def create_branch(owner: Segment, name: Segment, branch: Segment, actor: Caller, body: Branch | None = None) -> Done:
    """A branch from a revision; where none is named, from the default branch."""
    found = repository(actor, owner, name, Permission.WRITE)
    start = body.startingPoint if body else None
    sha = revisions.commit_at(found.space_id, start or revisions.MAIN)
    if refs.create_branch(found.space_id, branch, sha):
        hosting.record_commit(found.space_id, actor.name)
    return {"success": True}


@router.delete("/branch/{branch}")
def delete_branch(owner: Segment, name: Segment, branch: Segment, actor: Caller) -> Done:
    """Any branch but the one that the Space is built from."""
    refs.delete_branch(repository(actor, owner, name, Permission.WRITE).space_id, branch)
    return {"success": True}


@router.post("/tag/{rev}")
def create_tag(owner: Segment, name: Segment, rev: Segment, actor: Caller, body: Tag) -> Done:
    """A name for a revision, with a message or without."""
    found = repository(actor, owner, name, Permission.WRITE)
    sha = revisions.commit_at(found.space_id, rev)
    refs.create_tag(found.space_id, body.tag, sha, actor.name, body.message)
    return {"success": True}


@router.delete("/tag/{tag}")
def delete_tag(owner: Segment, name: Segment, tag: Segment, actor: Caller) -> Done:
    """The name goes, its commit stays."""
    refs.delete_tag(repository(actor, owner, name, Permission.WRITE).space_id, tag)
    return {"success": True}
