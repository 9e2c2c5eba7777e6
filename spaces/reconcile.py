"""What to do next: compares what should be with what is, and returns actions. No I/O, no clock.

Level-triggered: every call looks at the whole state, so a lost event, a crash between two side effects, or somebody's
`docker rm` is put right by the next sweep. A Space whose job is still under way (`busy`) is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from spaces.engines.base import ContainerState
from spaces.lifecycle import InstanceStatus, Intent, Stage


@dataclass(frozen=True)
class InstanceFact:
    """An instance's row joined with what the engine says of its container (`container` is None: there is none)."""

    id: int
    name: str
    revision_id: int
    generation: int
    status: InstanceStatus
    container: ContainerState | None
    retry_at: dt.datetime | None = None


@dataclass(frozen=True)
class SpaceFact:
    """What should be. `static` holds those of its revisions that need no instance."""

    id: int
    intent: Intent
    stage: Stage
    generation: int = 0
    revision_id: int | None = None
    next_revision_id: int | None = None
    instance_id: int | None = None
    static: frozenset[int] = frozenset()
    instances: tuple[InstanceFact, ...] = ()
    waiting: bool = False
    """In the queue for a GPU: it starts when the scheduler has given it one."""


@dataclass(frozen=True)
class Start:
    """Bring up an instance of the revision, prove it, let it take over."""

    space_id: int
    revision_id: int


@dataclass(frozen=True)
class Switch:
    """Let the revision take over without an instance: it is static, or the Space is paused."""

    space_id: int
    revision_id: int


@dataclass(frozen=True)
class Stop:
    """Stop the instance and keep its container; the Space is then at `stage`."""

    space_id: int
    instance_id: int
    stage: Stage


@dataclass(frozen=True)
class Drain:
    """Let the instance finish its requests, then remove it."""

    space_id: int
    instance_id: int


@dataclass(frozen=True)
class Crash:
    """The instance's container ended by itself, or somebody ended it."""

    space_id: int
    instance_id: int


@dataclass(frozen=True)
class Settle:
    """The row follows the engine."""

    space_id: int
    instance_id: int
    status: InstanceStatus


@dataclass(frozen=True)
class Mark:
    """Nothing to do but to say so."""

    space_id: int
    stage: Stage


@dataclass(frozen=True)
class Forget:
    """Remove a container that no row knows, or an instance of an earlier revision that is over."""

    name: str
    instance_id: int | None = None


@dataclass(frozen=True)
class Erase:
    """Remove all there is of a deleted Space."""

    space_id: int


Action = Start | Switch | Stop | Drain | Crash | Settle | Mark | Forget | Erase


def reconcile(
    spaces: Iterable[SpaceFact], strays: Iterable[str], moment: dt.datetime, busy: Collection[int] = ()
) -> list[Action]:
    """The actions that bring the world closer to what should be. `strays` are the containers of ours that no row knows; a
    Space that simply sleeps is no fact at all, and its container no stray."""
    actions: list[Action] = []
    for space in spaces:
        if space.id not in busy:
            actions.extend(decide(space, moment))
    actions.extend(Forget(name) for name in sorted(strays))
    return actions


def decide(space: SpaceFact, moment: dt.datetime) -> Iterator[Action]:
    """One Space's share of `reconcile`."""
    if space.intent == Intent.GONE:
        yield Erase(space.id)
    elif space.intent == Intent.PAUSED:
        yield from _at_rest(space, Stage.PAUSED)
    elif space.intent == Intent.ASLEEP and not space.next_revision_id:
        yield from _at_rest(space, Stage.SLEEPING)
    else:
        yield from (each for each in _awake(space, moment) if not (space.waiting and isinstance(each, Start)))


# -- private --------------------------------------------------------------------------------------

_UNTOUCHED = {Stage.BUILDING, Stage.NO_APP_FILE, Stage.CONFIG_ERROR, Stage.BUILD_ERROR, Stage.RUNTIME_ERROR}
"""Stages that tell a person more than `SLEEPING` would."""


def _at_rest(space: SpaceFact, stage: Stage) -> Iterator[Action]:
    if space.next_revision_id:  # built while paused: taken over unproven, proven at the restart
        yield Switch(space.id, space.next_revision_id)
        return
    serving_runs = False
    for instance in space.instances:
        runs = instance.status.alive or instance.container in _HOLDING
        if instance.id == space.instance_id:
            serving_runs = runs
            if runs:
                yield Stop(space.id, instance.id, stage)
        elif runs:  # an earlier revision that finishes its requests, or a candidate that came too late
            yield Drain(space.id, instance.id)
        elif instance.revision_id != space.revision_id:
            yield Forget(instance.name, instance.id)
    settled = space.stage == stage or (stage == Stage.SLEEPING and space.stage in _UNTOUCHED)
    if not serving_runs and not settled and space.stage != Stage.BUILDING:
        yield Mark(space.id, stage)


_HOLDING = {ContainerState.RUNNING, ContainerState.FROZEN}


def _awake(space: SpaceFact, moment: dt.datetime) -> Iterator[Action]:
    revision_id = space.next_revision_id or space.revision_id
    if revision_id is None:
        return
    if revision_id in space.static:
        if space.next_revision_id or not space.stage.serving and space.stage not in _UNTOUCHED:
            yield Switch(space.id, revision_id)
        yield from _retire(space, keep=None)
        return

    target = next(
        (i for i in space.instances if (i.revision_id, i.generation) == (revision_id, space.generation)), None
    )
    serving = next((i for i in space.instances if i.id == space.instance_id), None)
    if serving and serving is not target and _died(serving):
        yield Settle(space.id, serving.id, InstanceStatus.STOPPED)

    if target is None or target.status in (InstanceStatus.STOPPED, InstanceStatus.STARTING, InstanceStatus.DRAINING):
        # A push to a sleeping Space starts what it builds; only a visit starts the old revision meanwhile.
        if (
            space.next_revision_id
            or space.stage != Stage.BUILDING
            or target
            and target.status != InstanceStatus.STOPPED
        ):
            yield Start(space.id, revision_id)
    elif target.status == InstanceStatus.FAILED:
        if target.retry_at and target.retry_at <= moment:
            yield Start(space.id, revision_id)
    elif _died(target):
        # A frozen one had no visitor: it sleeps until the next. A ready one crashed.
        frozen = target.status == InstanceStatus.FROZEN
        yield Stop(space.id, target.id, Stage.SLEEPING) if frozen else Crash(space.id, target.id)
    elif target.id != space.instance_id or space.next_revision_id:
        yield Start(space.id, revision_id)  # proven, but it has not taken over: a crash lay between
    else:
        yield from _follow(space, target)
        yield from _retire(space, keep=target)


def _follow(space: SpaceFact, target: InstanceFact) -> Iterator[Action]:
    if target.status == InstanceStatus.READY and target.container == ContainerState.FROZEN:
        yield Settle(space.id, target.id, InstanceStatus.FROZEN)
    elif target.status == InstanceStatus.FROZEN and target.container == ContainerState.RUNNING:
        yield Settle(space.id, target.id, InstanceStatus.READY)
    elif space.stage == Stage.RUNNING_APP_STARTING or (not space.stage.serving and space.stage != Stage.BUILDING):
        yield Mark(space.id, Stage.RUNNING)  # also where whoever began another start of it died


def _retire(space: SpaceFact, keep: InstanceFact | None) -> Iterator[Action]:
    for instance in space.instances:
        if instance is keep:
            continue
        if instance.status.alive and not _died(instance):
            yield Drain(space.id, instance.id)
        else:
            yield Forget(instance.name, instance.id)


def _died(instance: InstanceFact) -> bool:
    return instance.status in (InstanceStatus.READY, InstanceStatus.FROZEN, InstanceStatus.DRAINING) and (
        instance.container not in _HOLDING
    )
