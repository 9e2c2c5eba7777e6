"""Starts and wakes under a quota, with an engine in memory: who is refused, how the Space stands then, and how it goes on."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from sqlmodel import select

from controller import quotas
from proxy.gateway.hold import Holder
from spaces import db
from spaces.errors import QuotaExceeded
from spaces.lifecycle import Intent, Stage
from spaces.models import Event, GpuUse
from spaces.quotas import ledger
from tests.unit.gpus.world import World

ALICE = 1


@pytest.fixture
def world(place) -> Iterator[World]:
    made = World(place, owners={"alice": 3})
    for number in (1, 2, 3):
        made.change(number, hardware="cpu-basic")
    yield made
    made.engine.close()


def wake(world: World, *numbers: int) -> list[object]:
    """What came of waking these at the same time."""

    async def all_of_them() -> list[object]:
        return await asyncio.gather(*(world.waker.wake(number) for number in numbers), return_exceptions=True)

    return asyncio.run(all_of_them())


def test_a_wake_without_room_leaves_the_space_asleep_and_says_why(world):
    world.quota(ALICE, running_spaces=1)
    wake(world, 1)
    (error,) = wake(world, 2)
    space = world.space(2)
    assert isinstance(error, QuotaExceeded) and error.extra["term"] == "runningSpaces"
    assert (space.stage, space.intent, space.reason.code) == (Stage.SLEEPING, Intent.ASLEEP, "quota_exceeded")
    assert "1 of 1 in use" in space.reason.message and space.reason.hint
    world.sleep(1)
    wake(world, 2)
    assert world.space(2).stage == Stage.RUNNING


def test_of_wakes_at_once_as_many_come_through_as_there_is_room_for(world):
    world.quota(ALICE, running_spaces=2)
    results = wake(world, 1, 2, 3)
    assert sum(isinstance(result, QuotaExceeded) for result in results) == 1
    assert sorted(world.space(number).stage for number in (1, 2, 3)) == [Stage.RUNNING, Stage.RUNNING, Stage.SLEEPING]


def test_a_deploy_without_room_sleeps_with_the_new_revision_and_is_not_tried_over_and_over(world):
    world.quota(ALICE, running_spaces=1)
    wake(world, 1)
    world.change(2, intent=Intent.AWAKE, next_revision_id=21, stage=Stage.BUILDING)
    world.sweep()
    space = world.space(2)
    assert (space.stage, space.revision_id, space.next_revision_id) == (Stage.SLEEPING, 21, None)
    assert space.reason.code == "quota_exceeded"
    with db.reading() as session:
        before = len(session.exec(select(Event)).all())
    world.sweep()
    with db.reading() as session:
        assert len(session.exec(select(Event)).all()) == before
    world.quota(ALICE, running_spaces=2)
    wake(world, 2)
    assert world.space(2).stage == Stage.RUNNING


def test_p50_what_runs_is_redeployed_also_above_a_quota_that_was_lowered(world):
    wake(world, 1, 2)
    world.quota(ALICE, running_spaces=0)
    world.change(1, generation=1)
    world.sweep()
    assert world.space(1).stage == Stage.RUNNING and world.space(1).reason is None


def test_gpu_time_that_is_used_up_ends_a_running_space_after_its_warning_and_is_in_the_ledger(world):
    world.change(1, hardware="a100-large")
    wake(world, 1)
    world.quota(ALICE, gpu_seconds_per_day=0)
    for grace in (dt.timedelta(hours=1), dt.timedelta()):
        assert world.space(1).intent == Intent.AWAKE
        with db.writing() as session:
            quotas.end_budgets(session, grace)
    world.active = {world.space(1).instance_id}
    world.sweep()
    assert world.space(1).stage == Stage.SLEEPING and world.space(1).reason.code == "gpu_time"
    with db.reading() as session:
        assert session.exec(select(GpuUse)).one().seconds > 0
        assert not ledger.held_gpus(session)
    (error,) = wake(world, 1)
    assert isinstance(error, QuotaExceeded) and "used up" in error.message
    world.quota(ALICE, gpu_seconds_per_day=3600)
    wake(world, 1)
    assert world.space(1).stage == Stage.RUNNING


def test_a_page_is_told_of_a_full_quota_and_tries_again_later():
    class Refusing:
        async def wake(self, _number: int, _first=None):
            raise QuotaExceeded("There is no room.", hint="Ask an admin for more.")

    async def visit() -> tuple[object, object]:
        holder = Holder(SimpleNamespace(forget=lambda _number: None), Refusing(), 5, 5)
        before = holder.refusal(1)
        holder.wake_for_page(1)
        while holder.waking(1) is not None:
            await asyncio.sleep(0.01)
        return before, holder.refusal(1)

    before, after = asyncio.run(visit())
    assert before is None and isinstance(after, QuotaExceeded)
