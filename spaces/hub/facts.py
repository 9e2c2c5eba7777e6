"""Gathers what the descriptions of many repositories need, in as many queries as there are tables."""

from __future__ import annotations

import contextlib
import dataclasses
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from spaces import repo_cards, volumes
from spaces.access import ANONYMOUS, Actor, Permission, powers_on
from spaces.errors import NotFound
from spaces.hub import info, repository, wire
from spaces.hub.volumes import shown
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, GpuRequest, Instance, Owner, RepoKind, Repository, Revision, Space

F = TypeVar("F", bound=info.AnyFacts)
COSTLY = frozenset({"siblings", "usedStorage"})
"""Keys of descriptions for which the disk is asked."""
ON_ITS_PAGE = {"title", "emoji", "colorFrom", "colorTo", "short_description", "thumbnail", "pinned", "header", "sdk"}
"""What others see of the card of a protected Space."""


def gather_all(
    session: Session, kind: RepoKind, rows: Sequence[Space | Repository], actor: Actor
) -> Sequence[info.AnyFacts]:
    """Facts of each of `rows`, which are all of that kind, in their order."""
    if kind == RepoKind.SPACE:
        return gather(session, [row for row in rows if isinstance(row, Space)], actor)
    owners = _by_id(session, Owner, {row.owner_id for row in rows})
    cards = repo_cards.of(session, [row.id for row in rows])
    return [
        info.Facts(row=row, owner=owners[row.owner_id].name, card=cards.get(row.id or 0, {}))
        for row in rows
        if isinstance(row, Repository)
    ]


def gather(session: Session, spaces: Sequence[Space], actor: Actor = ANONYMOUS) -> list[wire.Facts]:
    """Facts of each of `spaces`, in their order."""
    owners = _by_id(session, Owner, {space.owner_id for space in spaces})
    cards = repo_cards.of(session, [space.id for space in spaces])
    without = [space for space in spaces if not cards.get(space.id or 0)]
    revisions = _by_id(session, Revision, {r for s in without for r in (s.next_revision_id, s.revision_id) if r})
    flavors = {flavor.name: flavor for flavor in session.exec(select(Flavor))}
    alive = (InstanceStatus.READY, InstanceStatus.FROZEN, InstanceStatus.DRAINING)
    alone = select(Instance).where(
        col(Instance.space_id).in_([space.id for space in spaces]), col(Instance.status).in_(alive)
    )
    live = {instance.id: instance for instance in session.exec(alone)}
    running = {instance.space_id: instance.hardware for instance in live.values()}
    running |= {s.id or 0: live[s.instance_id].hardware for s in spaces if s.instance_id in live}
    mounted = defaultdict(list)
    for volume in volumes.of(session, spaces):
        mounted[volume.space_id].append(volume)
    waiting = {
        row.space_id: row
        for row in session.exec(select(GpuRequest).where(col(GpuRequest.space_id).in_([space.id for space in spaces])))
    }
    gathered = []
    for space, power in zip(spaces, powers_on(session, actor, spaces), strict=True):
        # A Studio has no card, its settings are read when it is built.
        revision = revisions.get(space.next_revision_id) or revisions.get(space.revision_id)
        power = Permission.VISIT if power is None else power
        card = cards.get(space.id or 0) or (_card_of(revision) if revision else {})
        if power < Permission.READ:
            card = {key: value for key, value in card.items() if key in ON_ITS_PAGE}
        gathered.append(
            wire.Facts(
                space=space,
                owner=owners[space.owner_id].name,
                flavor=flavors.get(space.hardware),
                card=card,
                live=space.id in running,
                hardware=running.get(space.id or 0),
                request=waiting.get(space.id or 0),
                volumes=shown(session, mounted[space.id or 0], actor),
                reads=power >= Permission.READ,
                inspects=power >= Permission.INSPECT,
            )
        )
    return gathered


def look_into(facts: F, asked: Collection[str], sha: str | None = None, blobs: bool = False) -> F:
    """`facts` with what only the disk knows of them, where it is `asked` for; files at `sha` or at the head, with `blobs`
    their sizes too. Outside any transaction."""
    from spaces.repos import usage
    from spaces.repos.lfs import view

    if not facts.reads:
        return facts
    more: dict[str, Any] = {}
    if "usedStorage" in asked:
        more["storage"] = usage.size(facts.number)
    sha = sha or facts.head
    if "siblings" in asked and sha:
        with contextlib.suppress(NotFound):  # deleted meanwhile
            more["siblings"] = repository.siblings(view.listed(facts.number, sha), blobs)
    return dataclasses.replace(facts, **more)


def runtime_of(session: Session, space: Space, actor: Actor) -> dict[str, Any]:
    """The runtime of one Space."""
    return wire.runtime(gather(session, [space], actor)[0])


# -- private


def _by_id(session: Session, table: Any, ids: set[int]) -> dict[int | None, Any]:
    return {row.id: row for row in session.exec(select(table).where(col(table.id).in_(ids)))} if ids else {}


def _card_of(revision: Revision) -> dict[str, Any]:
    said = revision.config.model_dump(include=_OF_STUDIOS, exclude_defaults=True)
    return said | revision.config.card_data


_OF_STUDIOS = {"title", "tags", "models", "datasets", "license", "short_description", "thumbnail", "sdk", "sdk_version"}
