"""Starts of Spaces with GPUs: reserved first, waited for, handed over, given back however they end."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import delete, select

from controller.deploys import DEPLOY_FAILED
from spaces import db
from spaces.access import Actor
from spaces.errors import Queued
from spaces.gpus import holding, reservations
from spaces.gpus.devices import DeviceState
from spaces.hub.facts import runtime_of
from spaces.lifecycle import InstanceStatus, Intent, Phase, Stage
from spaces.models import GpuUse, Instance, Lease, Space
from spaces.models.owner import Role
from spaces.reconcile import Crash, Stop
from tests.unit.gpus.killing import Killed
from tests.unit.gpus.world import World, world


@pytest.fixture
def two(place, monkeypatch):
    """Two devices, four Spaces of two owners."""
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    with world(place) as made:
        yield made


def seconds_charged() -> float:
    with db.reading() as session:
        return sum(row.seconds for row in session.exec(select(GpuUse)))


def test_p17_an_instance_gets_exactly_the_devices_it_reserved(two: World):
    two.start(1)
    (device,) = two.holders()
    assert two.gpus_of(1) == [(device,)]
    assert two.space(1).stage == Stage.RUNNING


def test_a_space_without_gpus_reserves_nothing(two: World):
    two.change(1, hardware="cpu-basic")
    two.start(1)
    assert (two.holders(), two.gpus_of(1)) == ({}, [()])


def test_a_start_without_a_free_device_waits_and_says_where_it_stands(two: World):
    for number in (1, 2, 3, 4):
        two.start(number)
    assert set(two.holders().values()) == {1, 2}
    space = two.space(3)
    assert (space.stage, space.phase, space.intent) == (Stage.APP_STARTING, Phase.WAITING_FOR_GPU, Intent.AWAKE)
    assert "number 1 of 2 in line" in two.space(3).reason.message + two.space(4).reason.message
    with db.reading() as session:
        shown = [runtime_of(session, session.get(Space, n), Actor(1, "alice", Role.ADMIN)) for n in (3, 4)]
    assert sorted(each["queue"]["place"] for each in shown) == [1, 2]
    assert {each["queue"]["waiting"] for each in shown} == {2} and "in_line" in shown[0]["queue"]["why"]
    two.sweep()
    assert two.gpus_of(3) == two.gpus_of(4) == [], "waiting starts nothing"


def test_what_sleeps_gives_its_device_to_the_next_in_line(two: World):
    for number in (1, 2, 3):
        two.start(number)
    two.sleep(1)
    assert two.space(1).stage == Stage.SLEEPING
    assert set(two.holders().values()) == {2, 3}
    assert two.space(3).stage == Stage.RUNNING and two.request(3) is None
    assert seconds_charged() > 0


def test_a_stop_gives_the_device_back_by_itself_and_not_by_the_next_look(two: World):
    two.start(1)
    two.change(1, intent=Intent.ASLEEP)
    two.acts.do(Stop(1, two.instance(1).id, Stage.SLEEPING))
    assert (two.space(1).stage, two.holders()) == (Stage.SLEEPING, {})


@pytest.mark.parametrize("how", ["pause", "delete", "crash", "vanish"])
def test_p50_however_an_instance_ends_its_device_is_free(two: World, how: str):
    two.start(1)
    instance = two.instance(1)
    match how:
        case "pause":
            two.change(1, intent=Intent.PAUSED)
        case "delete":
            two.change(1, intent=Intent.GONE, stage=Stage.DELETING)
        case "crash":
            two.engine.crash(instance.name)
            two.acts.do(Crash(1, instance.id))
            assert two.holders() == {}
            return
        case "vanish":
            two.engine.vanish(instance.name)
            two.acts.do(Crash(1, instance.id))
            assert two.holders() == {}
            return
    two.sweep()
    assert two.holders() == {} and seconds_charged() > 0


def test_a_failed_start_is_stopped_costs_nothing_and_keeps_no_device(two: World):
    two.engine.status = 500
    two.start(1)
    assert two.space(1).stage == Stage.RUNTIME_ERROR
    assert two.holders() == {} and two.gpus_of(1) == []
    assert seconds_charged() == 0


def test_a_lost_image_keeps_no_device(two: World, monkeypatch):
    monkeypatch.setattr("controller.deploys.request_build", lambda *_args, **_more: None)
    two.engine.lose_image("sha256:10")
    two.start(1)
    assert two.holders() == {}


def test_who_does_not_want_to_run_any_more_leaves_the_line(two: World):
    for number in (1, 2, 3, 4):
        two.start(number)
    two.change(3, intent=Intent.PAUSED)
    two.change(4, hardware="cpu-basic", generation=1)
    two.sweep()
    assert two.request(3) is two.request(4) is None
    assert (two.space(3).stage, two.space(4).stage) == (Stage.PAUSED, Stage.RUNNING)


def test_a_space_that_nobody_waits_for_is_not_kept_in_line(two: World, monkeypatch):
    monkeypatch.setattr("controller.gpus.FORSAKEN_SECONDS", -1)
    for number in (1, 2, 3):
        two.start(number)
    two.change(3, sleep_after=1)
    two.steward.tick()
    assert two.request(3) is not None
    two.change(3, sleep_after=0)
    two.sweep()
    assert two.request(3) is None and two.space(3).stage == Stage.SLEEPING


# -- redeploys


def test_p53_where_a_device_is_free_a_redeploy_has_no_gap(two: World):
    two.start(1)
    seen = []
    watch(two, "launch", lambda spec: seen.append(dict(two.holders())))
    two.start(1, 11)
    assert len(seen[0]) == 2 and set(seen[0].values()) == {1}
    assert two.instance(1).revision_id == 11
    two.sweep()
    assert len(two.holders()) == 1, "the second is counted for the moments it is held"


def test_on_a_full_cluster_the_device_passes_from_the_old_instance_to_the_new(two: World):
    two.start(1)
    two.start(2)
    before = two.holders()
    order = []
    for verb in ("launch", "stop"):
        watch(two, verb, lambda what, verb=verb: order.append((verb, getattr(what, "name", what))))
    old = two.instance(1).name
    two.start(1, 11)
    assert order[0] == ("stop", old), "never two instances with one device"
    assert two.holders() == before and two.gpus_of(1) == [(gpu_of(before, 1),)]
    assert (two.space(1).stage, two.space(1).revision_id) == (Stage.RUNNING, 11)
    with db.reading() as session:
        assert "gpu_hand_over" in {event.reason.code for event in events(session) if event.reason}


def test_p51_a_hand_over_that_fails_brings_the_old_one_back_with_its_device(two: World):
    two.start(1)
    two.start(2)
    before = two.holders()
    watch(two, "launch", lambda spec: setattr(two.engine, "status", 500 if spec.revision_id == 11 else 200))
    two.start(1, 11)
    space = two.space(1)
    assert (space.stage, space.reason.code, space.revision_id) == (Stage.RUNNING, DEPLOY_FAILED, 10)
    assert two.holders() == before and two.instance(1).status == InstanceStatus.READY
    two.sweep()
    assert two.holders() == before and two.gpus_of(1) == [(gpu_of(before, 1),)]


def test_other_hardware_waits_while_the_old_instance_serves(two: World):
    two.change(1, hardware="cpu-basic")
    for number in (1, 2, 3):
        two.start(number)
    two.change(1, hardware="a100-large", generation=1)
    two.sweep()
    assert (two.space(1).stage, two.space(1).phase) == (Stage.RUNNING_APP_STARTING, Phase.WAITING_FOR_GPU)
    assert two.gpus_of(1) == [()]
    two.sleep(2)
    assert two.space(1).stage == Stage.RUNNING and 1 in two.holders().values()


def test_other_hardware_takes_the_place_of_the_present_one_where_its_owner_may_not_have_both(two: World):
    two.quota(1, gpus=1)
    two.start(1)
    two.change(1, hardware="a100-medium", generation=1)
    two.sweep()
    assert (two.space(1).stage, two.gpus_of(1)) == (Stage.RUNNING, [tuple(two.holders())])
    assert two.instance(1).generation == 1


# -- fences


def test_p50_a_start_whose_reservation_was_revoked_does_not_launch(two: World, monkeypatch):
    def late(*_: object) -> list:
        with db.writing() as session:
            holding.release(session, reservations.every(session)[0].instance)
        return []

    monkeypatch.setattr("spaces.mounts.lay_out", late)
    two.start(1)
    assert not [call for call in two.engine.calls if call[0] == "launch"]
    assert two.holders() == {}


@pytest.mark.parametrize("moment", ["launch", "answer"])
def test_p50_a_start_that_finds_its_reservation_gone_takes_back_what_it_started(two: World, monkeypatch, moment: str):
    def revoke(*_: object) -> None:
        with db.writing() as session:
            for hold in reservations.every(session):
                holding.release(session, hold.instance)

    if moment == "launch":
        watch(two, "launch", revoke)
    else:
        monkeypatch.setattr("proxy.starts.await_answer", revoke)
    two.start(1)
    assert two.gpus_of(1) == [] and two.holders() == {}
    with db.reading() as session:
        assert session.exec(select(Instance)).one().status == InstanceStatus.STOPPED


def test_p50_a_reservation_that_nobody_starts_with_is_taken_back(two: World):
    with db.writing() as session:
        reservations.take(session, session.get_one(Space, 1), "nobody", [("GPU-0", 0)])
        session.get_one(Space, 1).intent = Intent.ASLEEP
    two.steward.tick()
    assert two.holders() == {}
    assert ("gpu.release", "alice/demo1") in two.audited()


def test_p50_the_next_start_goes_on_with_what_a_dead_one_reserved(two: World):
    with db.writing() as session:
        for number in (1, 2):
            session.get_one(Space, number).intent = Intent.AWAKE
            reservations.take(session, session.get_one(Space, number), f"dead{number}", [(f"GPU-{number - 1}", 0)])
    two.steward.tick()
    assert len(two.holders()) == 2, "its Space is to run: the start is about to happen"
    two.start(1)
    assert two.gpus_of(1) == [("GPU-0",)] and two.space(1).stage == Stage.RUNNING


def test_p50_what_its_space_leaves_unused_for_too_long_is_taken_back(two: World, monkeypatch):
    with db.writing() as session:
        reservations.take(session, session.get_one(Space, 1), "dead", [("GPU-0", 0)])
        session.get_one(Space, 1).intent = Intent.AWAKE
    monkeypatch.setattr("controller.gpus.UNCLAIMED_SECONDS", -1)
    two.steward.tick()
    assert two.holders() == {}


# -- devices that break


def test_who_holds_a_device_that_failed_is_stopped_told_why_and_gets_another(two: World):
    two.start(1)
    (device,) = two.holders()
    two.device(device, DeviceState.FAILED)
    two.steward.tick()
    assert device not in two.holders() and two.gpus_of(1) == []
    two.sweep()
    assert two.space(1).stage == Stage.RUNNING and two.gpus_of(1) == [tuple(two.holders())]
    with db.reading() as session:
        told = [event.reason.message for event in events(session) if event.reason]
    assert any(device in message for message in told)
    assert ("gpu.evict", "alice/demo1") in two.audited()


def test_without_another_device_it_waits_and_says_which_one_failed(two: World):
    two.start(1)
    two.start(2)
    device = gpu_of(two.holders(), 1)
    two.device(device, DeviceState.GONE)
    two.sweep()
    space = two.space(1)
    assert (space.phase, space.stage) == (Phase.WAITING_FOR_GPU, Stage.APP_STARTING)
    assert device in space.reason.message and set(two.holders().values()) == {2}


def test_a_device_that_breaks_during_a_start_is_not_the_apps_fault(two: World):
    def fail(spec) -> None:
        two.device(spec.gpus[0], DeviceState.FAILED)
        two.engine.status = 500

    two.start(2)
    watch(two, "launch", fail)
    two.start(1)
    space = two.space(1)
    assert (space.stage, space.phase) == (Stage.APP_STARTING, Phase.WAITING_FOR_GPU)
    assert "failed while the app started" in space.reason.message


def test_p50_what_a_dead_start_left_running_is_ended_before_its_broken_device_goes_back(two: World, monkeypatch):
    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("proxy.starts.await_answer", die)
        two.start(1)
    assert two.gpus_of(1) == [(gpu_of(two.holders(), 1),)], "it runs, and nobody looks after it"
    for device in ("GPU-0", "GPU-1"):
        two.device(device, DeviceState.FAILED)
    with db.writing() as session:
        session.exec(delete(Lease))  # it ran out
    two.start(1)
    assert (two.holders(), two.gpus_of(1)) == ({}, [])
    assert two.space(1).phase == Phase.WAITING_FOR_GPU


def test_a_draining_device_keeps_who_uses_it_until_the_deadline(two: World):
    from spaces.models.types import now

    two.start(1)
    device = gpu_of(two.holders(), 1)
    two.device(device, DeviceState.DRAINING, drain_until=None)
    two.steward.tick()
    assert two.gpus_of(1)
    two.device(device, DeviceState.DRAINING, drain_until=now())
    two.sweep()
    assert device not in two.holders() and two.gpus_of(1) == [tuple(two.holders())]


def test_a_draining_device_is_left_at_once_by_who_is_idle(two: World):
    two.start(1)
    device = gpu_of(two.holders(), 1)
    two.idle(1, 3600)
    two.device(device, DeviceState.DRAINING)
    two.sweep()
    assert device not in two.holders()


# -- the gateway


async def test_a_visit_gets_a_free_device_without_the_controller(two: World):
    two.start(1)
    two.sleep(1)
    address = await two.waker.wake(1)
    assert address.host and set(two.holders().values()) == {1}


async def test_a_visit_to_a_full_cluster_waits_in_line_and_the_scheduler_starts_it(two: World):
    two.start(3)
    two.sleep(3)
    two.start(1)
    two.start(2)
    with pytest.raises(Queued):
        await two.waker.wake(3)
    assert two.space(3).phase == Phase.WAITING_FOR_GPU
    with pytest.raises(Queued):
        await asyncio.wait_for(two.waker.wake(3), 5)
    await asyncio.to_thread(two.sleep, 1)
    assert two.space(3).stage == Stage.RUNNING
    assert (await two.waker.wake(3)).host


# -- parts


def watch(two: World, verb: str, before) -> None:
    """Calls `before` with the first argument of each call of the engine's verb."""
    real = getattr(two.engine, verb)

    def watched(what, *args, **more):
        before(what)
        return real(what, *args, **more)

    setattr(two.engine, verb, watched)


def gpu_of(holders: dict[str, int], space_id: int) -> str:
    return next(device for device, number in holders.items() if number == space_id)


def events(session):
    from spaces.models import Event

    return session.exec(select(Event)).all()
