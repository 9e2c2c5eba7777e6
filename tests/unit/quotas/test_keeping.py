"""What quotas want of that which runs: warned first, and no more than is needed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from controller import quotas
from spaces import audit, db
from spaces.lifecycle import InstanceStatus, Intent, Stage
from spaces.models import Quota, Reservation, Space
from spaces.models.owner import Role
from spaces.models.types import now
from spaces.quotas import budget
from spaces.quotas.terms import Limits
from spaces.quotas.usage import Running
from tests.unit.people import a_space, actor_of
from tests.unit.quotas.test_gate import allow, awake, freeze, hold, refused

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
running = st.builds(
    Running,
    space_id=st.integers(1, 99),
    owner_id=st.just(1),
    cpus=st.floats(0.1, 8),
    memory=st.floats(64, 4096),
    frozen=st.booleans(),
    active_at=st.datetimes(timezones=st.just(dt.UTC)),
)


@given(st.lists(running, unique_by=lambda space: space.space_id), st.integers(0, 5))
def test_only_frozen_ones_give_way_longest_unused_first_and_no_more_than_needed(spaces, most):
    given_way = quotas.giving_way(spaces, Limits(running_spaces=most))
    frozen = sorted((space for space in spaces if space.frozen), key=lambda space: space.active_at)
    assert given_way == [space.space_id for space in frozen][: max(0, len(spaces) - most)]


@pytest.fixture
def admin(place):
    return actor_of("root", role=Role.ADMIN)


def state(space: Space) -> Space:
    with db.reading() as session:
        return session.get_one(Space, space.id)


def tick(grace: dt.timedelta = HOUR) -> None:
    with db.writing() as session:
        quotas.make_room(session)
        quotas.end_budgets(session, grace)


def warned() -> list[str]:
    with db.reading() as session:
        return [entry.action for entry in audit.entries(session, audit.Filters(action="quota", kind="space"))]


def test_a_frozen_space_sleeps_when_another_needs_its_place_and_not_before(admin):
    first, second = a_space(name="first"), a_space(name="second")
    allow(admin, running_spaces=1)
    awake(first)
    freeze(first)
    tick()
    assert state(first).intent == Intent.AWAKE
    awake(second)
    tick()
    assert state(first).intent == Intent.ASLEEP and state(first).reason.code == "quota"
    assert state(second).intent == Intent.AWAKE


def test_what_runs_goes_on_when_a_quota_is_lowered_below_it(admin):
    first, second = a_space(name="first"), a_space(name="second")
    for space in (first, second):
        awake(space)
    allow(admin, running_spaces=0, cpus=0, memory=0)
    tick()
    assert state(first).intent == state(second).intent == Intent.AWAKE


def test_used_up_gpu_time_is_told_and_only_after_the_grace_does_the_space_sleep(admin):
    space = a_space(stage=Stage.RUNNING)
    hold(space, 1)
    allow(admin, gpu_seconds_per_month=60)
    tick()
    tick()
    told = state(space)
    assert told.intent == Intent.AWAKE and told.reason.code == budget.CODE and "it sleeps at" in told.reason.message
    assert warned() == ["quota.warn"], "said once"
    tick(dt.timedelta())
    asleep = state(space)
    assert asleep.intent == Intent.ASLEEP and "wakes by a visit after that" in asleep.reason.message
    assert warned() == ["quota.sleep", "quota.warn"]


def test_more_time_given_within_the_grace_lets_it_go_on(admin):
    space = a_space(stage=Stage.RUNNING)
    hold(space, 1)
    allow(admin, gpu_seconds_per_month=60)
    tick()
    allow(admin, gpu_seconds_per_month=None)
    tick(dt.timedelta())
    assert state(space).intent == Intent.AWAKE


def test_a_warning_of_an_earlier_hold_is_none_of_this_one(admin):
    space = a_space(stage=Stage.RUNNING)
    hold(space, 1)
    allow(admin, gpu_seconds_per_month=60)
    tick()
    with db.writing() as session:
        row = session.exec(select(Reservation)).one()
        row.used_since = now() + dt.timedelta(seconds=1)
        session.add(row)
    allow(admin, gpu_seconds_per_month=0)
    tick(dt.timedelta())
    assert state(space).intent == Intent.AWAKE, "it is warned first"


def test_a_gpu_budget_leaves_spaces_without_gpus_alone(admin):
    space = a_space()
    awake(space, InstanceStatus.READY)
    allow(admin, gpu_seconds_per_day=0)
    tick(dt.timedelta())
    assert state(space).intent == Intent.AWAKE and refused(a_space(name="other")) is None


def test_where_nobody_has_a_quota_nothing_is_looked_at(place):
    quotas.tick(place)
    with db.reading() as session:
        assert session.exec(select(Quota)).first() is None
