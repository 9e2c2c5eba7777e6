"""Deploys, crashes and rests with an engine in memory: what the rows say afterwards."""

from __future__ import annotations

import pytest

from controller.deploys import DEPLOY_FAILED, Deployer
from controller.rests import Rester
from proxy.sleeper import Freeze, Thaw
from proxy.waker import Waker
from spaces import db, migrations
from spaces.card import SpaceConfig
from spaces.engines.base import ContainerState, LogLine
from spaces.engines.fake import FakeEngine
from spaces.lifecycle import BuildStatus, InstanceStatus, Intent, Phase, Reason, Stage
from spaces.logs import RunLog, run_log
from spaces.models import Build, Instance, Owner, Revision, Space
from spaces.models.types import now
from spaces.reconcile import Crash, Drain, Start, Stop


class Edge:
    """A publisher whose edge has everything in force at once; `status` is what it answers."""

    status = 200

    def publish(self):
        return []

    def stands(self, *_):
        return True

    def status_through_edge(self, *_):
        return self.status


@pytest.fixture
def world(place):
    """A Space with two revisions, an engine that serves, and who acts on them."""
    with db.writing() as session:
        migrations.seed(session)
        owner = Owner(name="alice", name_key="alice")
        session.add(owner)
        session.flush()
        space = Space(
            owner_id=owner.id, name="demo", name_key="demo", subdomain="alice-demo", subnet=1, next_revision_id=1
        )
        session.add(space)
        session.flush()
        for number in (1, 2):
            build = Build(space_id=space.id, number=number, commit="c" * 40, status=BuildStatus.SUCCEEDED)
            session.add(build)
            session.flush()
            config = SpaceConfig(sdk="gradio", startup_duration_timeout=3)
            session.add(
                Revision(
                    id=number, space_id=space.id, build_id=build.id, commit="c" * 40, image="sha256:x", config=config
                )
            )
    return World(place)


class World:
    def __init__(self, settings):
        self.engine, self.edge, self.used = FakeEngine(serve=True), Edge(), False
        self.deployer = Deployer(self.engine, settings, self.edge)
        self.rester = Rester(self.engine, settings, self.edge, lambda _: self.used)

    @property
    def space(self) -> Space:
        with db.reading() as session:
            return session.get(Space, 1)

    def instance(self) -> Instance | None:
        with db.reading() as session:
            return session.get(Instance, self.space.instance_id) if self.space.instance_id else None

    def deploy(self, revision: int) -> None:
        with db.writing() as session:
            session.get(Space, 1).next_revision_id = revision
        self.deployer.start(Start(1, revision))


def test_a_first_revision_takes_over(world):
    world.deploy(1)
    assert (world.space.stage, world.space.revision_id, world.space.next_revision_id) == (Stage.RUNNING, 1, None)
    assert world.instance().status == InstanceStatus.READY


def test_a_first_revision_that_never_answers_is_a_runtime_error_and_waits_for_a_person(world):
    world.engine.status = 500
    world.deploy(1)
    space = world.space
    assert (space.stage, space.reason.code, space.revision_id) == (Stage.RUNTIME_ERROR, "unhealthy", 1)
    assert space.reason.hint


def test_going_back_to_what_still_runs_says_nothing_of_how_long_it_takes_to_start(world):
    world.deploy(1)
    first = world.instance()
    with db.writing() as session:
        session.get(Revision, 1).start_seconds = 9.5
    world.deploy(2)
    world.deploy(1)
    with db.reading() as session:
        assert session.get(Revision, 1).start_seconds == 9.5
    assert (world.instance().id, world.instance().status) == (first.id, InstanceStatus.READY)


def test_an_instance_that_drains_is_not_taken_away_once_it_serves_again(world, monkeypatch):
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    world.deploy(1)
    first = world.instance()
    world.deploy(2)
    monkeypatch.setattr(world.rester, "active", lambda _: world.deploy(1))  # somebody rolls back in between
    world.rester.drain(Drain(1, first.id))
    monkeypatch.setattr(world.rester, "active", lambda _: False)
    world.rester.drain(Drain(1, first.id))  # decided before
    assert (world.instance().id, world.instance().status) == (first.id, InstanceStatus.READY)
    assert world.engine.observe(first.name)[0].state == ContainerState.RUNNING
    world.deploy(2)
    world.rester.drain(Drain(1, first.id))
    assert not world.engine.observe(first.name)


def test_p51_a_second_revision_that_fails_leaves_the_first_serving(world):
    world.deploy(1)
    serving = world.instance()
    world.engine.status = 500
    world.deploy(2)
    space = world.space
    assert (space.stage, space.reason.code, space.revision_id) == (Stage.RUNNING, DEPLOY_FAILED, 1)
    assert space.next_revision_id is None and world.instance() == serving


def test_p51_a_candidate_that_fails_through_the_edge_does_not_take_over(world, monkeypatch):
    monkeypatch.setattr("controller.deploys.EDGE_SECONDS", 0.05)
    world.deploy(1)
    world.edge.status = 502
    world.deploy(2)
    assert (world.space.revision_id, world.space.reason.code) == (1, DEPLOY_FAILED)


def test_p51_the_reason_quotes_the_instance_that_failed_and_not_the_one_that_serves(world, monkeypatch):
    world.deploy(1)
    RunLog(run_log(1)).append(LogLine(at=now(), stream="stdout", text="request /") for _ in range(40))
    launch = world.engine.launch

    def launch_and_complain(spec):
        observation = launch(spec)
        world.engine.say(spec.name, "no good")
        return observation

    monkeypatch.setattr(world.engine, "launch", launch_and_complain)
    world.engine.status = 500
    world.deploy(2)
    assert world.space.reason.detail == "no good"


def test_p70_crashes_back_off_and_end_in_a_runtime_error(world):
    world.deploy(1)
    pauses = []
    for _ in range(world.deployer.settings.crash_limit):
        instance = world.instance()
        world.engine.stop(instance.name)
        world.deployer.crash(Crash(1, instance.id))
        crashed = world.instance()
        if crashed.retry_at is None:
            break
        pauses.append((crashed.retry_at - instance.ready_at).total_seconds())
        assert world.space.stage == Stage.APP_STARTING
        world.deployer.start(Start(1, 1))
    assert world.space.stage == Stage.RUNTIME_ERROR and world.space.reason.code == "exited"
    assert len(pauses) == world.deployer.settings.crash_limit - 1
    assert pauses == sorted(pauses) and pauses[-1] > 2 * pauses[0]


def test_an_idle_instance_freezes_and_thaws(world):
    world.deploy(1)
    instance = world.instance()
    world.rester.freeze(Freeze(1, instance.id))
    assert (world.space.stage, world.space.phase) == (Stage.RUNNING, Phase.FROZEN)
    assert world.instance().status == InstanceStatus.FROZEN
    world.rester.thaw(Thaw(1, instance.id))
    assert (world.space.phase, world.instance().status) == (Phase.SERVING, InstanceStatus.READY)


def test_p56_a_visit_between_decision_and_freeze_wins(world):
    world.deploy(1)
    world.used = True
    world.rester.freeze(Freeze(1, world.instance().id))
    assert world.instance().status == InstanceStatus.READY
    assert ("freeze", world.instance().name) not in world.engine.calls


def test_p56_a_visit_between_decision_and_sleep_wins(world):
    world.deploy(1)
    with db.writing() as session:
        session.get(Space, 1).intent = Intent.ASLEEP
    world.used = True
    world.rester.stop(Stop(1, world.instance().id, Stage.SLEEPING))
    assert (world.space.intent, world.instance().status) == (Intent.AWAKE, InstanceStatus.READY)


def test_a_slept_space_keeps_its_container_and_says_so(world):
    world.deploy(1)
    with db.writing() as session:
        session.get(Space, 1).intent = Intent.ASLEEP
    world.rester.stop(Stop(1, world.instance().id, Stage.SLEEPING))
    assert (world.space.stage, world.space.reason.code) == (Stage.SLEEPING, "idle")
    assert world.instance().name in world.engine.containers


def test_a_drained_instance_is_gone(world, monkeypatch):
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    world.deploy(1)
    old = world.instance()
    world.deploy(2)
    world.rester.drain(Drain(1, old.id))
    assert old.name not in world.engine.containers
    with db.reading() as session:
        assert session.get(Instance, old.id) is None


def test_p62_a_missing_image_is_built_again(world, monkeypatch):
    asked = []
    monkeypatch.setattr("controller.deploys.request_build", lambda *args, **more: asked.append((args[2], more)))
    world.engine.lost_images.add("sha256:x")
    world.deploy(1)
    assert asked == [("c" * 40, {"actor": "platform", "factory": True})]


async def test_p56_whoever_puts_a_space_to_sleep_while_a_visit_wakes_it_has_the_last_word(world):
    world.deploy(1)
    with db.writing() as session:
        session.get(Space, 1).intent = Intent.ASLEEP
    world.rester.stop(Stop(1, world.instance().id, Stage.SLEEPING))
    waker = Waker(world.engine, world.deployer.settings)

    async def while_the_app_answers(_address) -> bool:
        with db.writing() as session:
            space = session.get(Space, 1)
            space.intent, space.reason = Intent.ASLEEP, Reason(code="asleep", message="By alice.", actor="alice")
        return True

    await waker.wake(1, while_the_app_answers)
    assert (world.space.stage, world.space.intent, world.space.reason.code) == (Stage.RUNNING, Intent.ASLEEP, "asleep")
    world.used = True
    world.rester.stop(Stop(1, world.instance().id, Stage.SLEEPING))
    assert (world.space.stage, world.instance().status) == (Stage.SLEEPING, InstanceStatus.STOPPED)


def test_p56_whoever_pauses_a_space_while_it_is_deployed_is_named_as_the_reason(world, monkeypatch):
    launch = world.engine.launch

    def launch_meanwhile(spec):
        with db.writing() as session:
            space = session.get(Space, 1)
            space.intent, space.reason = Intent.PAUSED, Reason(code="paused", message="By alice.", actor="alice")
        return launch(spec)

    monkeypatch.setattr(world.engine, "launch", launch_meanwhile)
    world.deploy(1)
    world.rester.stop(Stop(1, world.instance().id, Stage.PAUSED))
    assert (world.space.stage, world.space.reason.code) == (Stage.PAUSED, "paused")
