"""Describing one repository of any kind: at its head, or with the files of one revision."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import db
from spaces.access import Permission, access_repository
from spaces.api.deps import Caller, Expand, Kind, Segment
from spaces.hub import facts, info
from spaces.models import RepoKind
from spaces.repos import revisions

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["repositories"])


@router.get("")
def describe(
    kind: Kind, owner: Segment, name: Segment, actor: Caller, expand: Expand = None, blobs: bool = False
) -> dict[str, Any]:
    """The repository, whole or only the keys of `expand`; with `blobs` the sizes of its files. Of a protected Space others
    learn what its page shows."""
    return _describe(kind, owner, name, None, expand, blobs, actor)


@router.get("/revision/{rev}")
def describe_revision(
    kind: Kind, owner: Segment, name: Segment, rev: Segment, actor: Caller, expand: Expand = None, blobs: bool = False
) -> dict[str, Any]:
    """The same with the files of one revision; what a Space runs is said as it is now."""
    return _describe(kind, owner, name, rev, expand, blobs, actor)


# -- private


def _describe(
    kind: RepoKind, owner: str, name: str, rev: str | None, expand: list[str] | None, blobs: bool, actor: Caller
) -> dict[str, Any]:
    info.check_expand(kind, expand)
    with db.reading() as session:
        permission = Permission.READ if rev else Permission.VISIT
        found = access_repository(session, actor, kind, owner, name, permission)
        (known,) = facts.gather_all(session, kind, [found], actor)
    sha = revisions.commit_at(found.id or 0, rev) if rev else None
    known = facts.look_into(known, facts.COSTLY if expand is None else set(expand), sha, blobs)
    body = info.describe(known, expand)
    return body | {"sha": sha} if sha and "sha" in body else body
