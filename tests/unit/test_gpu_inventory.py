"""What a look at the devices writes down, and what admins order."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlmodel import select

from spaces import db
from spaces.errors import Conflict, Invalid, NotFound
from spaces.gpus import inventory, reservations, simulated
from spaces.gpus.devices import DeviceState, Order
from spaces.gpus.source import Look, SourceSilent, choose
from spaces.models import AuditEntry, GpuDevice
from spaces.models.owner import Role
from spaces.models.types import now
from tests.unit.people import a_space, actor_of


class Rig:
    """Two simulated devices, looked at when told to."""

    def __init__(self, place, gpus: str = "sim:2xA100-80GB") -> None:  # type: ignore[no-untyped-def]
        self.settings = place.model_copy(update={"gpus": gpus})
        self.source = choose(self.settings)

    def look(self, faults: str = "") -> bool:
        simulated.fault_file(self.settings).write_text(faults)
        return inventory.sync(self.source)

    def rows(self) -> list[GpuDevice]:
        with db.reading() as session:
            return list(inventory.devices(session))

    def states(self) -> list[DeviceState]:
        return [row.state for row in self.rows()]

    def order(self, index: int, word: Order, **values: object) -> None:
        with db.writing() as session:
            inventory.order(session, inventory.devices(session)[index], word, "ada", **values)


@pytest.fixture
def rig(place):
    return Rig(place)


READY, CORDONED, DRAINING, FAILED, GONE = DeviceState


def test_the_first_look_finds_the_devices_and_a_second_changes_nothing(rig):
    assert rig.look() is True
    assert rig.states() == [READY, READY]
    assert all(row.simulated and row.model == "A100" and row.memory == 81920 for row in rig.rows())
    assert rig.look() is False


def test_a_device_that_fails_or_vanishes_says_why_and_comes_back_by_itself(rig):
    rig.look()
    assert rig.look("0 failed Rows are broken.\n1 missing") is True
    assert rig.states() == [FAILED, GONE]
    failed, gone = rig.rows()
    assert failed.reason.message == "Rows are broken." and gone.reason.code == "gpu_gone"
    assert rig.look("0 failed Rows are broken.\n1 missing") is False
    assert rig.look() is True
    assert rig.states() == [READY, READY] and not any(row.reason for row in rig.rows())


def test_a_failure_of_a_moment_keeps_the_device_back_until_an_admin_has_looked(rig):
    rig.look()
    rig.look("0 xid It reported Xid 79.")
    assert rig.states() == [FAILED, READY]
    rig.look()
    row = rig.rows()[0]
    assert row.state == CORDONED and "Xid 79" in row.reason.message and row.uuid in row.reason.hint
    rig.order(0, Order.READY)
    assert rig.states() == [READY, READY] and rig.rows()[0].reason is None


def test_an_order_outlives_a_failure(rig):
    rig.look()
    rig.order(0, Order.CORDONED, why="Its fan is loud.")
    assert rig.rows()[0].reason.message == "Its fan is loud."
    rig.look("0 missing")
    rig.look()
    assert rig.states() == [CORDONED, READY]


def test_draining_has_a_deadline_that_ends_with_the_order(rig):
    rig.look()
    rig.order(0, Order.DRAINING, within=60)
    row = rig.rows()[0]
    assert row.state == DRAINING and 0 < (row.drain_until - now()).total_seconds() <= 60
    rig.order(0, Order.READY)
    assert rig.rows()[0].drain_until is None


def test_a_silent_driver_changes_nothing_at_first_and_has_failed_after_a_minute(rig):
    class Silent:
        simulated = False

        def look(self) -> Look:
            raise SourceSilent("It does not answer.")

    rig.look()
    assert inventory.sync(Silent()) is False and rig.states() == [READY, READY]
    with db.writing() as session:
        for row in inventory.devices(session):
            row.seen_at = now() - dt.timedelta(seconds=inventory.SILENCE + 1)
            session.add(row)
    assert inventory.sync(Silent()) is True and rig.states() == [FAILED, FAILED]
    rig.look()
    assert rig.states() == [READY, READY]


def test_no_driver_any_more_is_every_device_gone_with_the_drivers_reason(rig):
    rig.look()
    inventory.sync(choose(rig.settings.model_copy(update={"gpus": "none"})))
    assert rig.states() == [GONE, GONE] and rig.rows()[0].reason.message == "DEMODOCK_GPUS is none"


def test_every_move_stands_in_the_audit_log_with_its_actor(rig):
    rig.look()
    rig.order(0, Order.CORDONED, why="Its fan is loud.")
    rig.look("1 missing")
    with db.reading() as session:
        lines = [
            (e.actor, e.action, e.before, e.after) for e in session.exec(select(AuditEntry).order_by(AuditEntry.id))
        ]
    assert [line[:2] for line in lines] == [
        ("platform", "gpu.found"),
        ("platform", "gpu.found"),
        ("ada", "gpu.cordoned"),
        ("platform", "gpu.gone"),
    ]
    assert (json.loads(lines[2][2])["state"], json.loads(lines[2][3])["state"]) == ("ready", "cordoned")


def test_a_device_is_cut_into_slots_only_while_nobody_holds_it(rig):
    rig.look()
    ada, space = actor_of("ada", role=Role.ADMIN), a_space("alice")
    with db.writing() as session:
        first, second = inventory.devices(session)
        inventory.cut(session, first, 4, ada)
        reservations.take(session, space, "i", [(second.uuid, 0)])
        with pytest.raises(Conflict):
            inventory.cut(session, second, 2, ada)
        for wrong in (0, -1, 65):
            with pytest.raises(Invalid):
                inventory.cut(session, first, wrong, ada)
    assert [row.slots for row in rig.rows()] == [4, 1]
    rig.look()
    assert [row.slots for row in rig.rows()] == [4, 1]


def test_only_what_is_gone_and_free_is_forgotten(rig):
    rig.look()
    ada = actor_of("ada", role=Role.ADMIN)
    with db.writing() as session, pytest.raises(Conflict):
        inventory.forget(session, inventory.devices(session)[0], ada)
    rig.look("0 missing")
    with db.writing() as session:
        inventory.forget(session, inventory.devices(session)[0], ada)
    assert rig.states() == [READY]
    rig.look()
    assert rig.states() == [READY, READY]


def test_a_device_is_found_by_its_uuid_or_the_beginning_of_it(rig):
    rig.look()
    with db.reading() as session:
        first = inventory.devices(session)[0]
        assert inventory.find(session, first.uuid) is first and inventory.find(session, first.uuid[:12]) is first
        for name, error in (("GPU-", Invalid), ("GPU-x", NotFound), ("", NotFound)):
            with pytest.raises(error):
                inventory.find(session, name)


def test_a_summary_counts_what_is_there_by_kind(place):
    rig = Rig(place, "sim:2xT4-16GB,1xA100-80GB/2x3g.40gb")
    rig.look("0 missing")
    assert inventory.summary(rig.rows()) == "1 x T4, 2 x A100 3g.40gb, simulated"
    assert inventory.summary([]) == ""


def test_metrics_tell_of_devices_by_kind_and_state_and_of_their_use(client, place):
    rig = Rig(place, "sim:2xA100-80GB,1xT4-16GB/1x1g.5gb")
    rig.look("0 busy 0.25\n1 failed")
    told = client.get("/metrics").text
    busy, uuid = 'demodock_gpus{mig_profile="",model="A100",state="ready"} 1.0', rig.rows()[0].uuid
    assert busy in told and busy.replace("ready", "failed") in told
    assert 'demodock_gpus{mig_profile="1g.5gb",model="T4",state="ready"} 1.0' in told
    assert f'demodock_gpu_busy_ratio{{gpu="{uuid}"}} 0.25' in told
    assert told.count("demodock_gpu_busy_ratio{") == 1
