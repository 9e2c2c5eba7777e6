"""P48: the platform dies between any two side effects, and the next sweeps finish what it had begun."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from sqlmodel import SQLModel, delete, select

from controller import facts
from controller.acts import Acts
from spaces import db, migrations
from spaces.card import SpaceConfig
from spaces.engines.base import ContainerState
from spaces.engines.fake import FakeEngine
from spaces.lifecycle import BuildStatus, InstanceStatus, Intent, Stage
from spaces.models import Build, Instance, Lease, Owner, Revision, Space
from spaces.models.types import now
from spaces.reconcile import reconcile

ACTS = ("launch", "stop", "freeze", "thaw", "remove")
SWEEPS = 40


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing catches it."""


class Fuse:
    """Blows at its n-th side effect: before the effect, or after it."""

    def __init__(self) -> None:
        self.left = self.count = 0

    def burn(self) -> None:
        self.count += 1
        self.left -= 1
        if self.left == 0:
            raise Killed


class Edge:
    """A publisher that only counts."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse

    def publish(self) -> int:
        self.fuse.burn()
        return 1

    def stands(self, _serial: int) -> bool:
        return True

    def status_through_edge(self, *_) -> int:
        return 200


class World:
    def __init__(self, settings, fuse: Fuse) -> None:
        self.settings, self.fuse = settings, fuse
        self.engine = FakeEngine(serve=True)
        for name in ACTS:
            setattr(self.engine, name, self._fused(getattr(self.engine, name)))

    def _fused(self, act):
        def fused(*args, **more):
            self.fuse.burn()
            done = act(*args, **more)
            self.fuse.burn()
            return done

        return fused

    def sweep(self) -> int:
        """One look of a controller that has just started, on one thread; how much there was to do."""
        acts = Acts(self.engine, self.settings, Edge(self.fuse), lambda _: False, lambda: None)
        observed = self.engine.observe()
        with db.reading() as session:
            known, strays = facts.gather(session, observed), facts.strays(session, observed)
        actions = reconcile(known, strays, now())
        for action in actions:
            acts.do(action)
        return len(actions)

    def settle(self) -> None:
        for _ in range(SWEEPS):
            if not self.sweep():
                return
        raise AssertionError("it never came to rest")


def deploy(revision: int):
    def change(space: Space) -> None:
        space.next_revision_id = revision

    return change


def sleep(space: Space) -> None:
    space.intent = Intent.ASLEEP


def wake(space: Space) -> None:
    space.intent = Intent.AWAKE


def pause(space: Space) -> None:
    space.intent = Intent.PAUSED


def vanish(space: Space) -> None:
    space.intent, space.stage = Intent.GONE, Stage.DELETING


SCENARIOS = {
    "the first deploy": ([], deploy(1), (Stage.RUNNING, 1)),
    "a redeploy": ([deploy(1)], deploy(2), (Stage.RUNNING, 2)),
    "falling asleep": ([deploy(1)], sleep, (Stage.SLEEPING, 0)),
    "waking": ([deploy(1), sleep], wake, (Stage.RUNNING, 1)),
    "a pause": ([deploy(1)], pause, (Stage.PAUSED, 0)),
    "a deletion": ([deploy(1)], vanish, None),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_p48_a_crash_between_any_two_side_effects_converges(place, monkeypatch, scenario):
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    fuse, real = Fuse(), db.writing

    @contextlib.contextmanager
    def writing():
        fuse.burn()
        with real() as session:
            yield session
        fuse.burn()

    monkeypatch.setattr(db, "writing", writing)
    before, change, expected = SCENARIOS[scenario]
    for step in itertools.count(1):
        world = fresh(place, fuse)
        try:
            for earlier in before:
                apply(earlier)
                world.settle()
            apply(change)
            fuse.left = step
            try:
                world.settle()
                died = False
            except Killed:
                died = True
            fuse.left = 0  # blows no more
            with db.writing() as session:
                session.exec(delete(Lease))  # a dead holder's lease runs out
            world.settle()
            check(world, expected, f"killed at side effect {step}")
        finally:
            for name in list(world.engine.containers):
                FakeEngine.remove(world.engine, name)
        if not died:
            assert step > 5, "the scenario has side effects to be killed at"
            return


def fresh(settings, fuse: Fuse) -> World:
    """A Space with two revisions of which none was deployed, in empty tables."""
    SQLModel.metadata.drop_all(db.database())
    SQLModel.metadata.create_all(db.database())
    with db.writing() as session:
        migrations.seed(session)
        session.add(Owner(id=1, name="alice", name_key="alice"))
        session.flush()
        session.add(Space(id=1, owner_id=1, name="demo", name_key="demo", subdomain="alice-demo", subnet=1))
        session.flush()
        for number in (1, 2):
            session.add(Build(id=number, space_id=1, number=number, commit="c" * 40, status=BuildStatus.SUCCEEDED))
            session.flush()
            config = SpaceConfig(sdk="gradio", startup_duration_timeout=3)
            made_of = {"space_id": 1, "build_id": number, "commit": "c" * 40, "image": "sha256:x"}
            session.add(Revision(id=number, config=config, **made_of))
    return World(settings, fuse)


def apply(change) -> None:
    with db.writing() as session:
        space = session.get(Space, 1)
        change(space)
        session.add(space)


def check(world: World, expected: tuple[Stage, int] | None, when: str) -> None:
    """The Space is where it was meant to be, and no container, row or network is left over."""
    with db.reading() as session:
        space, instances = session.get(Space, 1), {row.name: row for row in session.exec(select(Instance))}
    containers = world.engine.containers
    if expected is None:
        assert (space, instances, containers, world.engine.networks) == (None, {}, {}, set()), when
        return
    stage, revision = expected
    running = [name for name, each in containers.items() if each.state == ContainerState.RUNNING]
    assert space.stage == stage, when
    assert containers.keys() <= instances.keys(), when
    assert len(containers) == 1, f"{when}: what rests keeps its container, for a quicker start"
    assert [instances[name].revision_id for name in running] == ([revision] if revision else []), when
    assert {instances[name].status for name in running} <= {InstanceStatus.READY}, when
    if revision:
        assert (space.revision_id, space.next_revision_id) == (revision, None), when
        assert instances[running[0]].id == space.instance_id, when
