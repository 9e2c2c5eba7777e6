"""Borrowed devices are asked back: warned first, then slept, all of it in the audit log."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from spaces import db
from spaces.gpus import reasons, reservations
from spaces.lifecycle import InstanceStatus, Intent, Phase, Stage
from spaces.models import Event, GpuUse
from tests.unit.gpus.world import World, world

LONG = 10_000.0


@pytest.fixture
def lent(place, monkeypatch):
    """Two devices; alice and bob are guaranteed one each; alice has both, and bob's first Space waits."""
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    with world(place) as made:
        for owner in (1, 2):
            made.quota(owner, guarantee=1, gpus=2)
        for number in (1, 2, 3):
            made.start(number)
        assert made.space(3).phase == Phase.WAITING_FOR_GPU
        yield made


def warned(made: World) -> list[int]:
    with db.reading() as session:
        return [hold.space_id for hold in reservations.every(session) if hold.warned_at]


def test_an_idle_borrower_is_warned_then_slept_and_the_one_who_waits_gets_its_device(lent: World):
    lent.idle(2, LONG)
    lent.steward.tick()
    assert warned(lent) == [2]
    space = lent.space(2)
    assert (space.stage, space.reason.code) == (Stage.RUNNING, reasons.ASKED_BACK)
    assert "bob waits" in space.reason.message and "sleeps in 2 min" in space.reason.hint
    lent.steward.tick()
    assert warned(lent) == [2] and lent.audited().count(("gpu.warn", "alice/demo2")) == 1, "told once"
    passed(lent, lent.settings.gpu_warn)
    lent.sweep()
    assert (lent.space(2).stage, lent.space(2).reason.code) == (Stage.SLEEPING, reasons.IDLE)
    assert "bob waited" in lent.space(2).reason.message
    assert lent.space(3).stage == Stage.RUNNING and set(lent.holders().values()) == {1, 3}
    told = [line for line in lent.audited() if line[0].startswith("gpu.")]
    assert told[-3:] == [("gpu.warn", "alice/demo2"), ("gpu.reclaim", "alice/demo2"), ("gpu.grant", "bob/demo3")]


def test_a_borrower_in_use_keeps_its_device_until_its_grace_is_over(lent: World):
    lent.steward.tick()
    (borrower,) = warned(lent)
    passed(lent, lent.settings.gpu_grace - 5)
    lent.sweep()
    assert lent.space(borrower).stage == Stage.RUNNING
    passed(lent, 10)
    lent.active = {lent.instance(borrower).id}
    lent.sweep()
    space = lent.space(borrower)
    assert (space.stage, space.reason.code) == (Stage.SLEEPING, reasons.GRACE_OVER), "a visitor does not stop it"
    assert lent.space(3).stage == Stage.RUNNING


def test_an_idle_borrower_that_somebody_visits_in_the_last_moment_keeps_its_device(lent: World):
    lent.idle(2, LONG)
    lent.steward.tick()
    passed(lent, lent.settings.gpu_warn)
    lent.active = {lent.instance(2).id}
    lent.sweep(1)
    assert (lent.space(2).intent, lent.instance(2).status) == (Intent.AWAKE, InstanceStatus.READY)
    assert lent.space(3).phase == Phase.WAITING_FOR_GPU


def test_a_warning_ends_when_nobody_waits_any_more(lent: World):
    lent.idle(2, LONG)
    lent.steward.tick()
    lent.change(3, intent=Intent.ASLEEP)
    lent.steward.tick()
    assert warned(lent) == [] and lent.space(2).reason is None
    assert ("gpu.spare", "alice/demo2") in lent.audited()


def test_nobody_within_their_guarantee_is_ever_asked(lent: World):
    lent.quota(1, guarantee=2, gpus=2)
    lent.idle(1, LONG)
    lent.idle(2, LONG)
    lent.steward.tick()
    assert warned(lent) == []


def test_a_warning_does_not_name_the_space_that_waits_to_others(lent: World):
    lent.steward.tick()
    (borrower,) = warned(lent)
    with db.reading() as session:
        told = [event.reason for event in session.exec(select(Event)) if event.space_id == borrower and event.reason]
    assert told and not any("demo3" in f"{reason.message} {reason.hint}" for reason in told)


def test_an_owner_at_its_maximum_waits_although_a_device_is_free(place, monkeypatch):
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    with world(place) as made:
        made.quota(1, gpus=1)
        made.start(1)
        made.start(2)
        assert made.request(2).waits == "maximum" and "as many GPUs as it may" in made.space(2).reason.message
        assert len(made.holders()) == 1


def test_p50_a_quota_that_is_lowered_below_what_is_held_stops_nobody(lent: World):
    lent.quota(1, guarantee=0, gpus=0)
    lent.change(3, intent=Intent.ASLEEP)
    lent.sweep()
    assert set(lent.holders().values()) == {1, 2}


def test_gpus_of_a_space_that_moves_are_its_new_owners_from_then_on(lent: World):
    lent.change(1, owner_id=2)
    lent.steward.tick()
    with db.reading() as session:
        assert {hold.space_id: hold.owner_id for hold in reservations.every(session)} == {1: 2, 2: 1}
        assert [row.owner for row in session.exec(select(GpuUse))] == ["alice"], "what was used until then stays hers"
    assert lent.gpus_of(1) == [tuple(d for d, n in lent.holders().items() if n == 1)]


def passed(made: World, seconds: float) -> None:
    """So much time has gone by since the warning."""
    with db.writing() as session:
        for hold in reservations.every(session):
            if hold.warned_at:
                reservations.note(session, hold, warned_at=hold.warned_at - dt.timedelta(seconds=seconds))
