"""Reads what `reconcile` compares: Spaces that may need something, joined with what the engine reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session, and_, col, not_, or_, select

from spaces.engines.base import Observation
from spaces.lifecycle import InstanceStatus, Intent, Stage
from spaces.models import GpuRequest, Instance, Revision, Space
from spaces.reconcile import InstanceFact, SpaceFact


def gather(session: Session, observed: Iterable[Observation]) -> list[SpaceFact]:
    """Facts of every Space that is not simply asleep: the work grows with what is awake, not with what is registered."""
    containers = {observation.name: observation for observation in observed}
    instances: dict[int, list[Instance]] = defaultdict(list)
    for instance in session.exec(select(Instance)):
        instances[instance.space_id].append(instance)
    moving = {
        space_id
        for space_id, rows in instances.items()
        if any(
            i.status != InstanceStatus.STOPPED or (i.name in containers and containers[i.name].address) for i in rows
        )
    }
    resting = and_(
        col(Space.next_revision_id).is_(None),
        or_(
            and_(Space.intent == Intent.ASLEEP, Space.stage == Stage.SLEEPING),
            and_(Space.intent == Intent.PAUSED, Space.stage == Stage.PAUSED),
        ),
    )
    spaces = session.exec(select(Space).where(or_(not_(resting), col(Space.id).in_(moving)))).all()
    revisions = {i for space in spaces for i in (space.revision_id, space.next_revision_id) if i}
    static = set(session.exec(select(Revision.id).where(col(Revision.id).in_(revisions), Revision.image == "")))
    waiting = set(session.exec(select(GpuRequest.space_id)))
    return [_fact(space, instances[space.id or 0], containers, static, waiting) for space in spaces]


def strays(session: Session, observed: Iterable[Observation]) -> set[str]:
    """Containers that no row knows. `observed` came first: a row is always written before its container is made."""
    return {observation.name for observation in observed} - set(session.exec(select(Instance.name)))


# -- private --------------------------------------------------------------------------------------


def _fact(
    space: Space,
    instances: list[Instance],
    containers: dict[str, Observation],
    static: set[int | None],
    waiting: set[int],
) -> SpaceFact:
    return SpaceFact(
        id=space.id or 0,
        intent=space.intent,
        stage=space.stage,
        generation=space.generation,
        revision_id=space.revision_id,
        next_revision_id=space.next_revision_id,
        instance_id=space.instance_id,
        waiting=space.id in waiting,
        static=frozenset(i for i in (space.revision_id, space.next_revision_id) if i and i in static),
        instances=tuple(
            InstanceFact(
                id=instance.id or 0,
                name=instance.name,
                revision_id=instance.revision_id,
                generation=instance.generation,
                status=instance.status,
                container=containers[instance.name].state if instance.name in containers else None,
                retry_at=instance.retry_at,
            )
            for instance in instances
        ),
    )
