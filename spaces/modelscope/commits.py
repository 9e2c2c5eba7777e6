"""Committing files to a Studio: one JSON object with all of a commit's actions. Larger files are sent before, by their hash."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError

from spaces.access import Permission
from spaces.api import lfs
from spaces.api.commits import write_commit
from spaces.api.deps import Repository, Segment, repository
from spaces.api.uploads import Upload
from spaces.errors import BadRequest, TooLarge
from spaces.models import RepoKind
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import LegacyRoute, legacy_done
from spaces.repos import revisions, rules, store
from spaces.repos.body import Body, Gone
from spaces.repos.changes import Change, Put, Remove
from spaces.repos.disk import check_disk
from spaces.repos.lfs import batch
from spaces.repos.lfs.intake import Claim

router = APIRouter(prefix="/api/v1/repos/studios/{owner}/{name}", tags=["studios"], route_class=LegacyRoute)

LARGEST = 16 << 20
"""Bytes of a commit's request, which is held in memory. Clients send twice as little at a time, and larger files apart."""
MOST_ACTIONS = 2000


class Action(BaseModel):
    action: Literal["create", "update", "delete"]
    path: str
    type: Literal["normal", "lfs"] = "normal"
    size: int = Field(0, ge=0)
    sha256: str = ""
    content: str = Field("", repr=False)
    encoding: Literal["base64", "text", "utf-8", ""] = "base64"


class Commit(BaseModel):
    commit_message: str = Field(min_length=1, max_length=10_000)
    actions: list[Action] = Field(min_length=1, max_length=MOST_ACTIONS)


@router.post("/commit/{rev}")
async def commit(request: Request, owner: Segment, name: Segment, rev: Segment, actor: Caller) -> dict[str, Any]:
    """All actions in one commit, in their order. On the default branch it asks for a build."""
    found = await run_sync(repository, actor, RepoKind.SPACE, owner, name, Permission.WRITE)
    await run_sync(store.create, found.number)
    await run_sync(revisions.branch_at, found.number, rev)
    await run_sync(check_disk, LARGEST)
    wanted = await _read(request)

    def write() -> dict[str, Any]:
        # It may have taken long to come: whoever lost the right meanwhile has lost it.
        still = repository(actor, RepoKind.SPACE, owner, name, Permission.WRITE)
        return _commit(still, rev, actor.name, wanted)

    return legacy_done(await run_sync(write))


@router.post("/info/lfs/objects/batch")
def offer_addresses(owner: Segment, name: Segment, actor: Caller, body: batch.Batch) -> dict[str, Any]:
    """Where to send each file that is not here yet. In git-lfs's form and in no envelope."""
    permission = Permission.WRITE if body.operation == "upload" else Permission.READ
    return lfs.offer(repository(actor, RepoKind.SPACE, owner, name, permission).number, body)


# -- private --------------------------------------------------------------------------------------


async def _read(request: Request) -> Commit:
    body = Body(request.receive, request.headers.get("content-encoding", ""))
    content = bytearray()
    try:
        async for piece in body:
            content += piece
            if len(content) > LARGEST:
                raise TooLarge(
                    f"The commit's request is larger than {LARGEST >> 20} MiB.", hint="Commit fewer files at once."
                )
    except Gone:
        raise BadRequest("The request ended before its commit did.") from None
    try:
        return await run_sync(Commit.model_validate_json, bytes(content))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadRequest(
            "The commit cannot be read.", hint=f"{where}: {first['msg']}".strip(": "), code="malformed"
        ) from None


def _commit(found: Repository, rev: str, author: str, wanted: Commit) -> dict[str, Any]:
    changes = [_change(action) for action in wanted.actions]
    for change in changes:
        rules.check_path(change.path)
    sha, _ = write_commit(found, rev, author, Upload(wanted.commit_message, changes=changes))
    return {"commit_id": sha, "commit_url": f"{found.url}/commit/{sha}", "message": wanted.commit_message}


def _change(action: Action) -> Change | Claim:
    if action.action == "delete":
        return Remove(action.path)
    if action.type == "lfs":
        return Claim(action.path, action.sha256, action.size)
    if action.encoding != "base64":
        return Put(action.path, action.content.encode(errors="replace"))
    try:
        return Put(action.path, base64.b64decode(action.content, validate=True))
    except (binascii.Error, ValueError):
        raise BadRequest(f"The content of {action.path[:200]} is not base64.", code="bad_base64") from None
