"""P50 as a state machine: whatever happens in whatever order, no device is held twice, and nobody holds one without an instance."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import SQLModel, delete, select

from proxy.starts import LeaseTaken
from spaces import db
from spaces.engines.fake import FakeEngine
from spaces.errors import Queued, QuotaExceeded
from spaces.gpus import reservations
from spaces.gpus.devices import DeviceState
from spaces.lifecycle import Intent, Phase, Stage
from spaces.models import GpuRequest, Instance, Lease, Space
from spaces.reconcile import Start
from tests.unit.gpus.killing import Fuse, Killed, Watch, arm
from tests.unit.gpus.world import World

SPACES = 5
numbers = st.integers(1, SPACES)
devices = st.sampled_from(["GPU-0", "GPU-1"])


@pytest.mark.timeout(600)
def test_p50_no_device_is_ever_held_twice_and_none_is_left_behind(place, monkeypatch):
    monkeypatch.setattr("proxy.starts.await_answer", lambda *_: None)
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    monkeypatch.setattr("spaces.doorbell._publish", lambda *_: None)

    class Bound(Machine):
        here, patch = place, monkeypatch

    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    bounds = settings(max_examples=12, stateful_step_count=16, deadline=None, suppress_health_check=slow, database=None)
    run_state_machine_as_test(Bound, settings=bounds)


class Machine(RuleBasedStateMachine):
    """Three Spaces of alice, two of bob, two devices."""

    here = patch = None

    def __init__(self) -> None:
        super().__init__()
        SQLModel.metadata.drop_all(db.database())
        SQLModel.metadata.create_all(db.database())
        self.undo = pytest.MonkeyPatch()
        self.world = World(self.here, 2, {"alice": 3, "bob": 2}, FakeEngine())
        self.fuse = Fuse()
        self.watch = Watch(self.undo, self.world.engine)
        arm(self.undo, self.world.engine, self.fuse)

    def teardown(self) -> None:
        self.settle()
        for _ in range(5):
            for number in self.there():
                self.world.change(number, intent=Intent.ASLEEP)
            self.settle()
            if not self.world.holders():  # else a deploy that had waited got the device that somebody gave back
                break
        assert self.world.holders() == {}, "everybody sleeps, and nothing is held"
        self.undo.undo()

    def there(self) -> list[int]:
        with db.reading() as session:
            return [number for number, intent in session.exec(select(Space.id, Space.intent)) if intent != Intent.GONE]

    def settle(self) -> None:
        self.fuse.left = 0
        with db.writing() as session:
            session.exec(delete(Lease))
        self.world.sweep(30)

    def do(self, act, kill_at: int) -> None:
        self.fuse.left = kill_at
        try:
            act()
        except (Killed, LeaseTaken, Queued, QuotaExceeded):
            pass
        finally:
            self.fuse.left = 0

    @rule(number=numbers, kill_at=st.sampled_from([0, 0, 0, 1, 3, 5, 7, 9, 12, 15, 20]), visit=st.booleans())
    def start(self, number: int, kill_at: int, visit: bool) -> None:
        if number in self.there():
            with db.writing() as session:
                session.exec(delete(Lease))
            hands = self.world.fresh_acts()
            wake = (
                (lambda: self.world.waker._start(number)) if visit else (lambda: hands.do(Start(number, 10 * number)))
            )
            self.do(wake, kill_at)

    @rule(number=numbers, kill_at=st.sampled_from([0, 0, 2, 4, 6, 8, 10, 13]))
    def redeploy(self, number: int, kill_at: int) -> None:
        if number in self.there():
            space = self.world.space(number)
            other = 10 * number + (1 if space.revision_id == 10 * number else 0)
            self.world.change(number, next_revision_id=other)
            with db.writing() as session:
                session.exec(delete(Lease))
            self.do(lambda: self.world.fresh_acts().do(Start(number, other)), kill_at)

    @rule(number=numbers, intent=st.sampled_from([Intent.ASLEEP, Intent.PAUSED, Intent.AWAKE]))
    def want(self, number: int, intent: Intent) -> None:
        if number in self.there():
            self.world.change(number, intent=intent)

    @rule(number=numbers)
    def crash(self, number: int) -> None:
        for name, each in list(self.world.engine.containers.items()):
            if each.spec.space_id == number and each.state == "running":
                self.world.engine.crash(name)

    @rule(number=numbers, kill_at=st.sampled_from([0, 1, 2, 3, 4]))
    def delete(self, number: int, kill_at: int) -> None:
        if number in self.there() and len(self.there()) > 2:
            self.world.change(number, intent=Intent.GONE, stage=Stage.DELETING)
            self.do(lambda: self.world.sweep(1), kill_at)

    @rule(owner=st.integers(1, 2), most=st.integers(0, 2))
    def lower_quota(self, owner: int, most: int) -> None:
        before = self.world.holders()
        self.world.quota(owner, guarantee=min(most, 1), gpus=most)
        assert self.world.holders() == before, "lowering never kills silently"

    @rule(
        device=devices,
        state=st.sampled_from([DeviceState.FAILED, DeviceState.GONE, DeviceState.CORDONED, DeviceState.READY]),
    )
    def device(self, device: str, state: DeviceState) -> None:
        self.world.device(device, state)

    @rule(number=numbers, seconds=st.sampled_from([1.0, 90.0, 5000.0]))
    def idle(self, number: int, seconds: float) -> None:
        self.world.idle(number, seconds)

    @rule(seconds=st.sampled_from([-5000, 130, 2000, 90000]))
    def jump(self, seconds: int) -> None:
        """The clock is set: every moment that was written down lies that much further back."""
        by = dt.timedelta(seconds=seconds)
        with db.writing() as session:
            for hold in reservations.every(session):
                moved = {key: getattr(hold, key) for key in ("since", "used_since", "idle_since", "warned_at")}
                reservations.note(session, hold, **{key: value - by for key, value in moved.items() if value})
            for request in session.exec(select(GpuRequest)):
                request.asked_at -= by
                session.add(request)

    @rule(kill_at=st.sampled_from([0, 0, 0, 1, 2, 3, 5, 8]))
    def look(self, kill_at: int) -> None:
        with db.writing() as session:
            session.exec(delete(Lease))
        self.do(lambda: self.world.sweep(2), kill_at)

    @rule()
    def everything_settles(self) -> None:
        for device in ("GPU-0", "GPU-1"):
            self.world.device(device, DeviceState.READY)
        for owner in (1, 2):
            self.world.quota(owner, guarantee=0, gpus=2)
        self.settle()
        with db.reading() as session:
            alive = {row.name for row in session.exec(select(Instance)) if row.status.alive}
            holds = reservations.every(session)
        assert {hold.instance for hold in holds} <= alive, "nobody holds a device without an instance"
        for number in self.there():
            space = self.world.space(number)
            if space.intent == Intent.AWAKE:
                waits = space.phase == Phase.WAITING_FOR_GPU and self.world.request(number) is not None
                assert waits or space.stage.serving or space.reason, f"Space {number} was told nothing: {space}"

    @invariant()
    def no_device_is_given_twice(self) -> None:
        self.watch.look()
        assert self.watch.doubles == []

    @invariant()
    def what_runs_holds_what_it_runs_with(self) -> None:
        with db.reading() as session:
            holds = {hold.instance: hold.devices for hold in reservations.every(session)}
        for name, each in self.world.engine.containers.items():
            if each.state == "running":
                assert holds.get(name) == each.spec.gpus, (
                    f"{name} runs with {each.spec.gpus} and holds {holds.get(name)}"
                )
