"""P50: twenty starts at once for two devices, by two controllers and a gateway, some killed on the way. Nobody is given what another
has, nothing is left held by nobody, and everyone is served in the end or is told why not.

`SEEDS=200 pytest tests/unit/gpus/test_parallel_starts.py` runs more of them."""

from __future__ import annotations

import os
import random
import threading

import pytest
from sqlmodel import SQLModel, delete

from proxy.starts import LeaseTaken
from spaces import db
from spaces.engines.fake import FakeEngine
from spaces.errors import Queued
from spaces.gpus import reservations
from spaces.lifecycle import Intent, Phase, Stage
from spaces.models import Lease
from spaces.reconcile import Start
from tests.unit.gpus.killing import Fuse, Killed, Watch, arm
from tests.unit.gpus.world import World

SEEDS = range(int(os.environ.get("FIRST_SEED", "0")), int(os.environ.get("SEEDS", "4")))
SPACES, STARTS, DEVICES = 14, 20, 2
ROUNDS = 60


@pytest.mark.timeout(1200)
def test_p50_twenty_parallel_starts_for_two_devices_with_random_kills(place, monkeypatch):
    monkeypatch.setattr("proxy.starts.await_answer", lambda *_: None)
    monkeypatch.setattr("controller.rests.SETTLE_SECONDS", 0)
    monkeypatch.setattr("spaces.doorbell._publish", lambda *_: None)
    for seed in SEEDS:
        with monkeypatch.context() as patch:
            storm(place, patch, seed)


def storm(place, patch, seed: int) -> None:
    SQLModel.metadata.drop_all(db.database())
    SQLModel.metadata.create_all(db.database())
    chance, fuse = random.Random(seed), Fuse()
    made = World(place, DEVICES, {"alice": SPACES // 2, "bob": SPACES // 2}, FakeEngine())
    watch = Watch(patch, made.engine)
    arm(patch, made.engine, fuse)

    def begin(space_id: int, kind: str, kill_at: int) -> None:
        fuse.left = kill_at
        try:
            if kind == "gateway":
                made.waker._start(space_id)
            elif kind == "steward":
                made.steward.tick()
            else:
                made.fresh_acts().do(Start(space_id, 10 * space_id))
        except (Killed, LeaseTaken, Queued):
            pass
        finally:
            fuse.left = 0

    kinds = ["gateway", "controller", "controller", "steward"]
    threads = [
        threading.Thread(
            target=begin,
            args=(chance.randint(1, SPACES), chance.choice(kinds), chance.choice([0, 0, chance.randint(1, 24)])),
        )
        for _ in range(STARTS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.writing() as session:
        session.exec(delete(Lease))  # those of the dead run out
    check(made, watch, f"seed {seed}: after the starts")

    served: set[int] = set()
    for number in range(1, SPACES + 1):
        made.change(number, intent=Intent.AWAKE)
    for _ in range(ROUNDS):
        made.sweep(12)
        check(made, watch, f"seed {seed}: later")
        running = [n for n in range(1, SPACES + 1) if made.space(n).stage == Stage.RUNNING]
        served |= set(running)
        waiting = set(range(1, SPACES + 1)) - served
        for number in waiting:
            space, request = made.space(number), made.request(number)
            told = space.phase == Phase.WAITING_FOR_GPU and request and request.place and space.reason
            assert told, f"seed {seed}: {space!r}, {request!r}, {made.instances(number)}"
        if not waiting:
            break
        for number in running:
            made.change(number, intent=Intent.ASLEEP)
    assert len(served) == SPACES, f"seed {seed}: never served {set(range(1, SPACES + 1)) - served}"
    for number in range(1, SPACES + 1):
        made.change(number, intent=Intent.ASLEEP)
    made.sweep()
    assert made.holders() == {}, f"seed {seed}: held by nobody"


def check(made: World, watch: Watch, when: str) -> None:
    watch.look()
    assert watch.doubles == [], when
    with db.reading() as session:
        holds = {hold.instance: hold for hold in reservations.every(session)}
    for name, each in made.engine.containers.items():
        if each.state == "running":
            assert name in holds and holds[name].devices == each.spec.gpus, (
                f"{when}: {name} runs with what it does not hold"
            )
    assert len([device for hold in holds.values() for device in hold.devices]) <= DEVICES, when
    assert len(holds) <= DEVICES, when
