"""Gathers what the descriptions of many Spaces need, in as many queries as there are tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from spaces import volumes
from spaces.access import ANONYMOUS, Actor
from spaces.errors import NotFound
from spaces.hub import repository, wire
from spaces.hub.volumes import shown
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Instance, Owner, Revision, Space


def gather(
    session: Session, spaces: Sequence[Space], actor: Actor = ANONYMOUS, files: bool = False
) -> list[wire.Facts]:
    """Facts of each of `spaces`, in their order; with `files` the listing of their heads as well."""
    owners = _by_id(session, Owner, {space.owner_id for space in spaces})
    revisions = _by_id(session, Revision, {r for s in spaces for r in (s.next_revision_id, s.revision_id) if r})
    flavors = {flavor.name: flavor for flavor in session.exec(select(Flavor))}
    alive = (InstanceStatus.READY, InstanceStatus.FROZEN, InstanceStatus.DRAINING)
    live = set(
        session.exec(
            select(Instance.space_id).where(
                col(Instance.space_id).in_([space.id for space in spaces]), col(Instance.status).in_(alive)
            )
        )
    )
    mounted = defaultdict(list)
    for volume in volumes.of(session, spaces):
        mounted[volume.space_id].append(volume)
    gathered = []
    for space in spaces:
        revision = revisions.get(space.next_revision_id) or revisions.get(space.revision_id)
        gathered.append(
            wire.Facts(
                space=space,
                owner=owners[space.owner_id].name,
                flavor=flavors.get(space.hardware),
                config=revision.config if revision else None,
                live=space.id in live,
                siblings=_files(space) if files else None,
                volumes=shown(session, mounted[space.id or 0], actor),
                inspects=actor.admin or actor.owner_id == space.owner_id,
            )
        )
    return gathered


def runtime_of(session: Session, space: Space, actor: Actor) -> dict[str, Any]:
    """The runtime of one Space."""
    return wire.runtime(gather(session, [space], actor)[0])


def _by_id(session: Session, table: Any, ids: set[int]) -> dict[int | None, Any]:
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids)))} if ids else {}


def _files(space: Space) -> list[dict[str, Any]]:
    from spaces.repos.lfs import view

    if space.head is None or space.id is None:
        return []
    try:
        return repository.siblings(view.listed(space.id, space.head))
    except NotFound:  # deleted meanwhile
        return []
