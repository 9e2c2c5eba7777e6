"""A small platform without processes: Spaces with GPUs, an engine in memory, and everybody who acts on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import select

from controller import facts
from controller.acts import Acts
from controller.gpus import Steward
from proxy.waker import Waker
from spaces import db, migrations
from spaces.card import SpaceConfig
from spaces.engines.fake import FakeEngine
from spaces.gpus import reservations
from spaces.gpus.devices import DeviceState
from spaces.lifecycle import BuildStatus, Intent, Reason, Stage
from spaces.models import AuditEntry, Build, Flavor, GpuDevice, GpuRequest, Instance, Owner, Quota, Revision, Space
from spaces.models.types import now
from spaces.reconcile import Start, reconcile

FLAVOR = "a100-large"


class Edge:
    """A publisher whose edge has everything in force at once; `status` is what it answers."""

    status = 200

    def publish(self) -> int:
        return 1

    def stands(self, _serial: int) -> bool:
        return True

    def status_through_edge(self, *_: object) -> int:
        return self.status


class World:
    """`gpus` devices; each of `owners` has that many Spaces, numbered from 1 through all of them."""

    def __init__(self, settings, gpus: int = 2, owners: dict[str, int] | None = None, engine: FakeEngine | None = None):
        self.settings, self.engine, self.edge = settings, engine or FakeEngine(serve=True), Edge()
        self.active: set[int] = set()
        self.acts = self.fresh_acts()
        self.steward = Steward(settings, lambda: self.acts.busy, self._do_evict)
        self.waker = Waker(self.engine, settings)
        with db.writing() as session:
            migrations.seed(session)
            known = session.get_one(Flavor, FLAVOR).model_dump()
            session.add(Flavor.model_validate(known | {"name": "a100-medium"}))
            for number in range(gpus):
                fields = {"index": number, "model": "A100", "product": "NVIDIA A100", "memory": 81920}
                session.add(GpuDevice(uuid=f"GPU-{number}", simulated=True, **fields))
            space_id = 0
            for owner_id, (name, count) in enumerate((owners or {"alice": 2, "bob": 2}).items(), 1):
                session.add(Owner(id=owner_id, name=name, name_key=name))
                session.flush()
                for _ in range(count):
                    space_id += 1
                    self._add_space(session, space_id, owner_id)

    def fresh_acts(self) -> Acts:
        """The controller's hands, as those of a process that has just started."""
        return Acts(self.engine, self.settings, self.edge, lambda number: number in self.active, lambda: None)

    # -- what happens

    def start(self, space_id: int, revision: int | None = None) -> None:
        """The controller deploys: the revision named, or the one the Space has."""
        space = self.space(space_id)
        if revision:
            self.change(space_id, next_revision_id=revision)
        self.acts.do(Start(space_id, revision or space.next_revision_id or space.revision_id))

    def change(self, space_id: int, **values: object) -> None:
        with db.writing() as session:
            space = session.get_one(Space, space_id)
            for key, value in values.items():
                setattr(space, key, value)
            session.add(space)

    def sleep(self, space_id: int, code: str = "idle") -> None:
        self.change(space_id, intent=Intent.ASLEEP, reason=Reason(code=code, message="It sleeps."))
        self.sweep()

    def idle(self, space_id: int, seconds: float) -> None:
        """Nobody has used the Space for so long."""
        with db.writing() as session:
            for hold in reservations.of_space(session, space_id):
                reservations.note(session, hold, idle_since=now() - dt.timedelta(seconds=seconds))

    def quota(self, owner_id: int, **terms: float) -> None:
        with db.writing() as session:
            session.merge(Quota(owner_id=owner_id, **terms))

    def device(self, uuid: str, state: DeviceState, **values: object) -> None:
        with db.writing() as session:
            session.get_one(GpuDevice, uuid).sqlmodel_update({"state": state, **values})

    def sweep(self, times: int = 8) -> None:
        """The controller looks until there is nothing to do."""
        for _ in range(times):
            self.steward.tick()
            observed = self.engine.observe()
            with db.reading() as session:
                known, strays = facts.gather(session, observed), facts.strays(session, observed)
            actions = reconcile(known, strays, now())
            for action in actions:
                self.acts.do(action)
            if not actions:
                return

    def _do_evict(self, action) -> None:
        self.acts.do(action)

    # -- what is seen

    def space(self, space_id: int) -> Space:
        with db.reading() as session:
            return session.get_one(Space, space_id)

    def instance(self, space_id: int) -> Instance | None:
        space = self.space(space_id)
        with db.reading() as session:
            return session.get(Instance, space.instance_id) if space.instance_id else None

    def instances(self, space_id: int) -> list[Instance]:
        with db.reading() as session:
            return list(session.exec(select(Instance).where(Instance.space_id == space_id)))

    def request(self, space_id: int) -> GpuRequest | None:
        with db.reading() as session:
            return session.get(GpuRequest, space_id)

    def holders(self) -> dict[str, int]:
        """Space by device."""
        with db.reading() as session:
            return {device: hold.space_id for hold in reservations.every(session) for device in hold.devices}

    def gpus_of(self, space_id: int) -> list[tuple[str, ...]]:
        """What each running container of the Space was given."""
        seen = self.engine.containers.values()
        return [each.spec.gpus for each in seen if each.spec.space_id == space_id and each.state == "running"]

    def audited(self) -> list[tuple[str, str]]:
        with db.reading() as session:
            return [(row.action, row.subject) for row in session.exec(select(AuditEntry).order_by(AuditEntry.id))]

    # -- private

    def _add_space(self, session, space_id: int, owner_id: int) -> None:
        name = f"demo{space_id}"
        session.add(
            Space(
                id=space_id, owner_id=owner_id, name=name, name_key=name, subdomain=name, subnet=space_id,
                hardware=FLAVOR, revision_id=10 * space_id, stage=Stage.SLEEPING, intent=Intent.ASLEEP,
            )
        )  # fmt: skip
        session.flush()
        for number in (10 * space_id, 10 * space_id + 1):
            made = {"space_id": space_id, "number": number, "commit": "c" * 40, "status": BuildStatus.SUCCEEDED}
            session.add(Build(id=number, **made))
            session.flush()
            config = SpaceConfig(sdk="gradio", startup_duration_timeout=1)
            made = {"space_id": space_id, "build_id": number, "commit": "c" * 40, "image": f"sha256:{number}"}
            session.add(Revision(id=number, config=config, **made))


@contextmanager
def world(settings, **values) -> Iterator[World]:
    made = World(settings, **values)
    try:
        yield made
    finally:
        made.engine.close()
