"""Committing files to a Studio: one JSON object with all of a commit's actions."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, ValidationError

from spaces.access import Permission
from spaces.api.deps import Repository, Segment, repository
from spaces.errors import BadRequest, TooLarge
from spaces.models import RepoKind
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import LegacyRoute, legacy_done
from spaces.repos import changes, hosting, revisions, store
from spaces.repos.body import Body, Gone
from spaces.repos.disk import check_disk
from spaces.repos.receive import told_of_build

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
    done = changes.apply(found.number, rev, wanted.commit_message, author, [_change(each) for each in wanted.actions])
    if done.news:
        told_of_build(
            "Committed", lambda: hosting.record_commit(found.kind, found.number, author), found.number, done.sha
        )
    return {"commit_id": done.sha, "commit_url": f"{found.url}/commit/{done.sha}", "message": wanted.commit_message}


def _change(action: Action) -> changes.Change:
    if action.action == "delete":
        return changes.Remove(action.path)
    if action.type == "lfs":
        raise BadRequest(
            f"{action.path[:200]}: this platform does not take git-lfs files yet.",
            hint="Set MODELSCOPE_UPLOAD_LFS_FORCE_THRESHOLD to more than the file's size, or push it with git.",
            code="no_large_files",
        )
    if action.encoding != "base64":
        return changes.Put(action.path, action.content.encode(errors="replace"))
    try:
        return changes.Put(action.path, base64.b64decode(action.content, validate=True))
    except (binascii.Error, ValueError):
        raise BadRequest(f"The content of {action.path[:200]} is not base64.", code="bad_base64") from None
