"""Where a quota stands in the way, and where it does not."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, select

from spaces import actions, builds, db
from spaces.access import find_owner
from spaces.card import SpaceConfig
from spaces.errors import QuotaExceeded
from spaces.lifecycle import InstanceStatus
from spaces.models import Build, Flavor, GpuDevice, Instance, Owner, Reservation, Revision, Space
from spaces.models.owner import Role
from spaces.models.types import now
from spaces.quotas import book, budget, gate, periods, usage
from tests.unit.people import a_space, actor_of


@pytest.fixture
def admin(place):
    return actor_of("root", role=Role.ADMIN)


def allow(admin, name: str = "alice", **values: float | None) -> None:
    with db.writing() as session:
        book.change(session, admin, find_owner(session, name), values)


def awake(space: Space, status: InstanceStatus = InstanceStatus.READY, times: int = 1) -> None:
    with db.writing() as session:
        revision = a_revision(session, space)
        for number in range(times):
            name = f"i{space.id}-{number}"
            session.add(Instance(space_id=space.id, revision_id=revision.id, name=name, status=status))


def a_revision(session: Session, space: Space) -> Revision:
    build = Build(space_id=space.id, number=1, commit="0" * 40)
    session.add(build)
    session.flush()
    made = Revision(space_id=space.id, build_id=build.id, commit="0" * 40, config=SpaceConfig(sdk="gradio"))
    session.add(made)
    session.flush()
    return made


def freeze(space: Space) -> None:
    with db.writing() as session:
        for row in session.exec(select(Instance).where(Instance.space_id == space.id)):
            row.status = InstanceStatus.FROZEN
            session.add(row)


def refused(space: Space) -> QuotaExceeded | None:
    with db.writing() as session:
        try:
            gate.check_start(session, session.get_one(Space, space.id))
        except QuotaExceeded as error:
            return error
    return None


def test_nobody_is_held_up_where_no_quota_says_so(admin):
    for number in range(3):
        awake(a_space(name=f"s{number}"))
    assert refused(a_space(name="next")) is None


@pytest.mark.parametrize(
    ("limit", "term"), [({"running_spaces": 1}, "runningSpaces"), ({"cpus": 3}, "cpus"), ({"memory": 20480}, "memory")]
)
def test_a_start_is_refused_by_name_number_and_next_step(admin, limit, term):
    first, second = a_space(name="first"), a_space(name="second")
    allow(admin, **limit)
    assert refused(first) is None
    awake(first)
    error = refused(second)
    assert error.extra["term"] == term and error.extra["owner"] == "alice" and error.status == 409
    assert "Put another Space to sleep" in error.hint
    assert "first" not in error.message + error.hint, "a visitor of one Space must not hear of another"
    allow(admin, **dict.fromkeys(limit))
    assert refused(second) is None


def test_a_redeploy_needs_no_second_place_and_a_frozen_neighbour_gives_way(admin):
    first, second = a_space(name="first"), a_space(name="second")
    allow(admin, running_spaces=1)
    awake(first, times=2)
    assert refused(first) is None and refused(second)
    allow(admin, running_spaces=0)
    assert refused(first) is None, "what was lowered below use does not keep what runs from being redeployed"
    allow(admin, running_spaces=1)
    freeze(first)
    assert refused(second) is None
    with db.reading() as session:
        assert usage.of(session, first.owner_id).running_spaces == 1


def test_anothers_spaces_are_not_counted(admin):
    awake(a_space("bob", "app"))
    mine = a_space(name="mine")
    allow(admin, running_spaces=1)
    assert refused(mine) is None


def test_hardware_with_more_gpus_than_the_quota_allows_never_starts(admin):
    space = a_space(hardware="a100x4")
    allow(admin, gpus=2)
    error = refused(space)
    assert error.extra["term"] == "gpus" and "smaller hardware" in error.hint
    allow(admin, gpus=4)
    assert refused(space) is None


def hold(space: Space, hours: float) -> None:
    with db.writing() as session:
        session.add(GpuDevice(uuid="GPU-1", index=0, model="T4", product="T4", memory=16384))
        start = now() - dt.timedelta(hours=hours)
        session.add(
            Reservation(
                device="GPU-1", space_id=space.id, owner_id=space.owner_id, flavor="t4-small", instance="i", token="t",
                since=start, used_since=start,
            )
        )  # fmt: skip


def test_used_up_gpu_time_holds_up_gpus_and_nothing_else_and_says_until_when(admin):
    running, other, plain = a_space(name="a"), a_space(name="b", hardware="t4-small"), a_space(name="c")
    hold(running, 1)
    allow(admin, gpu_seconds_per_month=7200)
    assert refused(other) is None
    allow(admin, gpu_seconds_per_month=3000)
    error = refused(other)
    assert error.extra["term"] == "gpuSecondsPerMonth"
    assert f"{periods.next_month(now()):%Y-%m-%d} 00:00 UTC" in error.message and "ask an admin" in error.hint
    assert refused(plain) is None
    with db.reading() as session:
        (end,) = budget.used_up(session, [other.owner_id]).values()
    assert end.until == periods.next_month(now()) and "until" in str(end)


def test_a_build_waits_for_room_and_is_never_refused(admin):
    first, second = a_space(name="first"), a_space(name="second")
    allow(admin, builds=1)
    with db.writing() as session:
        ones = [
            builds.request_build(session, session.get_one(Space, space.id), "1" * 40, "alice")
            for space in (first, second)
        ]
    assert builds.claim(ones[0].id, "w")
    assert builds.claim(ones[1].id, "w") is None
    with db.reading() as session:
        waiting = session.get_one(Space, second.id)
        assert waiting.reason.code == gate.BUILD_CODE and "1 of 1" in waiting.reason.message
        assert session.get_one(Owner, waiting.owner_id).name == "alice"
    builds.cancel(ones[0].id, "alice")
    assert builds.claim(ones[1].id, "w")
    with db.reading() as session:
        assert session.get_one(Space, second.id).reason is None


def test_builds_of_a_day_are_counted_by_when_they_began(admin):
    space = a_space()
    allow(admin, builds_per_day=1)

    def ask(commit: str):
        with db.writing() as session:
            return builds.request_build(session, session.get_one(Space, space.id), commit * 40, "alice")

    first = ask("1")
    assert builds.claim(first.id, "w")
    builds.cancel(first.id, "alice")
    second = ask("2")
    assert builds.claim(second.id, "w") is None
    with db.writing() as session:
        row = session.get_one(type(first), first.id)
        row.started_at = now() - dt.timedelta(days=2)
        session.add(row)
    assert builds.claim(second.id, "w")


def test_the_flavors_of_a_new_installation_have_what_these_tests_count_on(admin):
    with db.reading() as session:
        flavor = session.get(Flavor, "cpu-basic")
        assert (flavor.cpus, flavor.memory) == (2, 16384)


def test_a_running_space_is_not_moved_to_hardware_for_which_there_is_no_room(admin):
    space = a_space()
    allow(admin, cpus=4)
    awake(space)
    alice = actor_of("alice")
    with db.writing() as session, pytest.raises(QuotaExceeded):
        actions.set_hardware(session, session.get_one(Space, space.id), alice, "cpu-upgrade")
    allow(admin, cpus=8)
    with db.writing() as session:
        actions.set_hardware(session, session.get_one(Space, space.id), alice, "cpu-upgrade")
