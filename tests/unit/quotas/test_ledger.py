"""GPU time: what counts, what is free, and that nothing counts twice, backwards, or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, select

from spaces import db
from spaces.gpus import reservations
from spaces.models import GpuDevice, GpuUse, Reservation
from spaces.quotas import ledger
from tests.unit.people import a_space

NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def a_device(session: Session, uuid: str, **values: object) -> None:
    session.add(GpuDevice(**{"uuid": uuid, "index": 0, "model": "T4", "product": "T4", "memory": 16384} | values))
    session.flush()


def a_hold(session: Session, space, *devices: str, since: dt.datetime = NOON, used: dt.datetime | None = NOON):
    held = reservations.take(session, space, f"instance-{devices[0]}", [(device, 0) for device in devices])
    reservations.note(session, held, since=since, used_since=used)
    return reservations.of_space(session, space.id)[-1]


@pytest.fixture
def space(place):
    made = a_space()
    with db.writing() as session:
        a_device(session, "GPU-1")
        a_device(session, "GPU-2")
    return made


def spent(space, moment: dt.datetime) -> ledger.Spent:
    with db.reading() as session:
        return ledger.spent(session, None, moment).get(space.owner_id, ledger.Spent())


def test_a_hold_counts_for_each_of_its_devices_from_the_moment_its_instance_ran(space):
    with db.writing() as session:
        held = a_hold(session, space, "GPU-1", "GPU-2", since=NOON - HOUR)
        assert ledger.settle(session, held, NOON + HOUR) == 7200
        reservations.free(session, held)
    assert spent(space, NOON + 2 * HOUR) == ledger.Spent(7200, 7200)
    with db.reading() as session:
        row = session.exec(select(GpuUse)).first()
    assert (row.owner, row.space, row.model, row.day) == ("alice", "alice/demo", "T4", NOON.date())


def test_an_open_hold_counts_up_to_now(space):
    with db.writing() as session:
        a_hold(session, space, "GPU-1")
    assert spent(space, NOON + HOUR).day == 3600
    assert spent(space, NOON + 3 * HOUR).day == 3 * 3600


def test_waiting_and_starts_that_fail_are_free_and_leave_a_line(space):
    with db.writing() as session:
        held = a_hold(session, space, "GPU-1", used=None)
        assert ledger.settle(session, held, NOON + HOUR) == 0
        reservations.free(session, held)
        failed = a_hold(session, space, "GPU-2")
        assert ledger.settle(session, failed, NOON + HOUR, refund="The start failed.") == 0
        reservations.free(session, failed)
    assert spent(space, NOON + HOUR) == ledger.Spent()
    with db.reading() as session:
        assert [row.refunded for row in session.exec(select(GpuUse))] == ["It never ran.", "The start failed."]


def test_settling_twice_is_settling_once(space):
    with db.writing() as session:
        held = a_hold(session, space, "GPU-1")
        ledger.settle(session, held, NOON + HOUR)
        ledger.settle(session, held, NOON + 5 * HOUR)
        reservations.free(session, held)
    assert spent(space, NOON + 6 * HOUR).day == 3600


def test_a_night_is_divided_between_its_days_and_months(space):
    evening = dt.datetime(2026, 3, 31, 22, tzinfo=dt.UTC)
    with db.writing() as session:
        held = a_hold(session, space, "GPU-1", since=evening, used=evening)
        ledger.settle(session, held, evening + 5 * HOUR)
        reservations.free(session, held)
    assert spent(space, evening + HOUR) == ledger.Spent(2 * 3600, 2 * 3600)
    assert spent(space, evening + 6 * HOUR) == ledger.Spent(3 * 3600, 3 * 3600)
    assert spent(space, evening + 48 * HOUR) == ledger.Spent(0, 3 * 3600)


def test_a_part_of_a_device_costs_that_part(space):
    with db.writing() as session:
        a_device(session, "GPU-3", slots=4)
        a_device(session, "MIG-1", model="A100", mig_profile="1g.10gb")
        a_hold(session, space, "GPU-3")
        a_hold(session, space, "MIG-1")
        assert ledger.held_gpus(session)[space.owner_id] == pytest.approx(0.25 + 0.142)
    assert spent(space, NOON + HOUR).day == pytest.approx(900 + 3600 * 0.142)


jumps = st.lists(st.timedeltas(dt.timedelta(days=-40), dt.timedelta(days=40)), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps)
def test_however_the_clock_jumps_no_time_is_negative_and_none_is_lost(space, lengths):
    with db.writing() as session:
        expected = 0.0
        for length in lengths:
            held = a_hold(session, space, "GPU-1")
            expected += max(0.0, length.total_seconds())
            assert ledger.settle(session, held, NOON + length) == pytest.approx(max(0.0, length.total_seconds()))
            reservations.free(session, held)
        rows = session.exec(select(GpuUse)).all()
        assert all(row.seconds >= 0 for row in rows)
        sums = ledger.by_day(session, None, None, NOON)[space.owner_id]
        assert sum(sums.values()) == pytest.approx(expected)
        assert all(used >= 0 for used in (*sums.values(), ledger.spent(session, None, NOON)[space.owner_id].day))
        session.rollback()


def test_an_open_hold_from_the_future_counts_nothing(space):
    with db.writing() as session:
        a_hold(session, space, "GPU-1", since=NOON + HOUR, used=NOON + HOUR)
    assert spent(space, NOON) == ledger.Spent()


def test_who_used_less_lately_has_less_on_the_scales(space):
    other = a_space("bob")
    with db.writing() as session:
        for who, device, ago in ((space, "GPU-1", dt.timedelta(days=14)), (other, "GPU-2", dt.timedelta(days=1))):
            held = a_hold(session, who, device, since=NOON - ago, used=NOON - ago)
            ledger.settle(session, held, NOON - ago + HOUR)
            reservations.free(session, held)
        used = ledger.decayed(session, 7 * 86400, None, NOON)
        assert used[space.owner_id] < used[other.owner_id] / 3
        assert set(ledger.decayed(session, 7 * 86400, [other.owner_id], NOON)) == {other.owner_id}


def test_decay_by_days_is_close_to_decay_by_the_second(space):
    half_life = 86400.0
    with db.writing() as session:
        exact = 0.0
        for hours_ago in (60, 40, 30, 27, 9, 3):
            start = NOON - hours_ago * HOUR
            held = a_hold(session, space, "GPU-1", since=start, used=start)
            ledger.settle(session, held, start + 2 * HOUR)
            reservations.free(session, held)
            exact += sum(0.5 ** ((hours_ago * 3600 - second) / half_life) for second in range(7200))
        assert ledger.decayed(session, half_life, None, NOON)[space.owner_id] == pytest.approx(exact, rel=0.03)


@pytest.mark.parametrize("statement", ["UPDATE gpuuse SET seconds = 0", "DELETE FROM gpuuse"])
def test_the_database_refuses_to_rewrite_what_was_used(space, statement):
    with db.writing() as session:
        ledger.settle(session, a_hold(session, space, "GPU-1"), NOON + HOUR)
        session.execute(delete(Reservation))
    with pytest.raises(DatabaseError, match="append-only"), db.writing() as session:
        session.execute(text(statement))
    assert spent(space, NOON + HOUR).day == 3600
