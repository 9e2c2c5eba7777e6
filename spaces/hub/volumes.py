"""Volumes on the Hub's wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlmodel import Session

from spaces.access import Actor, Permission, find_by_number, permission_on
from spaces.errors import BadRequest
from spaces.models import RepoKind, Volume
from spaces.moves import full_name
from spaces.repos.revisions import MAIN
from spaces.volumes import STORAGE, Wish

HIDDEN = "private"
"""What stands for a source that the reader may not see."""


class Asked(BaseModel):
    """One volume, as clients send it."""

    type: Literal["bucket", "model", "dataset", "space"]
    source: str = Field(max_length=300)
    mountPath: str = Field(max_length=1000)
    revision: str | None = Field(default=None, max_length=300)
    readOnly: bool | None = None
    path: str | None = Field(default=None, max_length=4096)


def wishes(asked: Sequence[Asked]) -> list[Wish]:
    """What clients want. Raises BadRequest for a bucket. Repositories are read-only whatever is asked."""
    for volume in asked:
        if volume.type == "bucket":
            raise BadRequest(
                "Buckets are not offered here.",
                hint=f"For files that the app writes, give the Space storage at /data: "
                f"POST /api/spaces/OWNER/NAME/storage with a tier, {', '.join(STORAGE)}.",
                code="no_buckets",
            )
    return [
        Wish(
            kind=RepoKind(volume.type),
            source=volume.source,
            mount_path=volume.mountPath,
            revision=volume.revision or MAIN,
            folder=volume.path or "",
        )
        for volume in asked
    ]


def shown(session: Session, rows: Sequence[Volume], reader: Actor) -> list[dict[str, Any]]:
    """The volumes as `reader` may see them."""
    bodies = []
    for row in rows:
        found = find_by_number(session, row.kind, row.repository)
        power = permission_on(session, reader, found) if found else None
        readable = found is not None and power is not None and power >= Permission.READ
        body = {
            "type": row.kind.value,
            "source": full_name(session, found) if readable and found else HIDDEN,
            "mountPath": row.mount_path,
            "readOnly": True,
        }
        if readable:
            body |= {"revision": row.revision} | ({"path": row.folder} if row.folder else {})
        bodies.append(body)
    return bodies


def tier(gib: int) -> str | None:
    """The Hub's name for a size of `/data`."""
    return next((name for name, size in STORAGE.items() if gib <= size), "large") if gib else None
