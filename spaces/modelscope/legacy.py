"""What ModelScope's clients still ask for under `/api/v1`: what a Studio's repository holds, and deleting it all."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from spaces import actions, db
from spaces.access import Permission, access_space
from spaces.api.deps import Segment, repository
from spaces.hub.repository import shown
from spaces.models import RepoKind
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import LegacyRoute, legacy_done
from spaces.repos import listing, refs, revisions, store
from spaces.repos.lfs import view
from spaces.repos.objects import Entry
from spaces.settings import get_settings

router = APIRouter(prefix="/api/v1/studios/{owner}/{name}", tags=["studios"], route_class=LegacyRoute)


class Tag(BaseModel):
    TagName: str
    Ref: str = "master"


@router.delete("")
def delete_studio(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Everything there is of it goes; its host name stays its owner's."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.ADMIN)
        actions.delete_space(session, space, actor)
    return legacy_done()


@router.get("/repo/files")
def list_files(
    owner: Segment, name: Segment, actor: Caller, Revision: str = "master", Recursive: bool = False, Root: str = ""
) -> dict[str, Any]:
    """A folder, or all below it, in one piece."""
    found = repository(actor, RepoKind.SPACE, owner, name, Permission.READ)
    sha = revisions.commit_at(found.number, Revision)
    count = 2 * get_settings().file_limit
    entries, _ = listing.page(found.number, sha, Root.strip("/"), recursive=Recursive, start=0, count=count)
    return legacy_done({"Files": [_file(entry) for entry in view.known(found.number, entries)]})


@router.get("/revisions")
def list_revisions(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Branches and tags."""
    found = store.refs(repository(actor, RepoKind.SPACE, owner, name, Permission.READ).number)
    kinds = {"Branches": "refs/heads/", "Tags": "refs/tags/"}
    named = {
        kind: [{"Revision": ref.removeprefix(prefix), "CommitId": sha} for ref, sha in found.items() if prefix in ref]
        for kind, prefix in kinds.items()
    }
    return legacy_done({"RevisionMap": named})


@router.post("/repo/tag")
def create_tag(owner: Segment, name: Segment, actor: Caller, body: Tag) -> dict[str, Any]:
    """A name for a revision."""
    found = repository(actor, RepoKind.SPACE, owner, name, Permission.WRITE)
    sha = revisions.commit_at(found.number, body.Ref)
    refs.create_tag(found.number, body.TagName, sha, actor.name)
    return legacy_done({"Revision": body.TagName, "CommitId": sha})


# -- private --------------------------------------------------------------------------------------


def _file(entry: Entry) -> dict[str, Any]:
    path = shown(entry.path)
    kind = "tree" if entry.kind == "tree" else "blob"
    return {
        "Path": path,
        "Name": path.rpartition("/")[2],
        "Type": kind,
        "Size": entry.large.size if entry.large else entry.size or 0,
        "BlobId": entry.oid,
        "Sha256": entry.large.oid if entry.large else "",
    }
