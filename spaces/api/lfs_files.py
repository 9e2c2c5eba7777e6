"""Which large files a repository holds, and taking some of them away for good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from spaces.access import Permission
from spaces.api.deps import Caller, Kind, Segment, repository
from spaces.hub.repository import shown
from spaces.hub.wire import when
from spaces.repos import hosting, store
from spaces.repos.lfs import holdings, past, removal

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["large files"])

PAGE = 1000

Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Deletions(BaseModel):
    sha: list[Hash] = Field(max_length=PAGE)
    rewriteHistory: bool = False


class Batch(BaseModel):
    deletions: Deletions


@router.get("/lfs-files")
def list_large_files(
    response: Response,
    kind: Kind,
    owner: Segment,
    name: Segment,
    actor: Caller,
    p: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> list[dict[str, Any]]:
    """The newest first, each with one of the names it has or had; with none where no commit names it."""
    found = repository(actor, kind, owner, name, Permission.INSPECT)
    rows = holdings.listed(found.number)
    names = past.named(found.number) if rows and store.exists(found.number) else {}
    if len(rows) > (p + 1) * PAGE:
        response.headers["Link"] = f'<{found.api}/lfs-files?p={p + 1}>; rel="next"'
    return [
        {
            "fileOid": row.oid,
            "oid": row.oid,
            "filename": shown(names.get(row.oid, "")),
            "size": row.size,
            "pushedAt": when(row.created_at),
        }
        for row in rows[p * PAGE : (p + 1) * PAGE]
    ]


@router.post("/lfs-files/batch")
def delete_large_files(kind: Kind, owner: Segment, name: Segment, actor: Caller, body: Batch) -> dict[str, bool]:
    """With `rewriteHistory` a commit on every branch takes the pointers away as well. Earlier commits stay as they are."""
    found = repository(actor, kind, owner, name, Permission.WRITE)
    store.create(found.number)
    asked = body.deletions
    if removal.remove(found.number, set(asked.sha), actor.name, pointers=asked.rewriteHistory):
        hosting.record_commit(kind, found.number, actor.name)
    return {"success": True}
