"""Bringing up one instance: write the intent, launch, wait for its first answer. Used by the controller and the gateway.

Whoever calls holds the Space's lease, so that one start happens however many visitors come; `held` renews it while the
app takes its time.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import structlog
from sqlmodel import Session, select

from proxy import fence
from proxy.fence import HandOver, Revoked
from proxy.readiness import First, Patience, await_answer
from spaces import db, mounts, names
from spaces.engines.base import Engine, InstanceSpec, Observation
from spaces.env import environment
from spaces.errors import Busy, ImageMissing, NotFound, Queued, StartFailed
from spaces.gpus import allocation, holding, queue
from spaces.gpus.reservations import Hold
from spaces.host.mirrors import find_mirrors
from spaces.hostnet import door
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Instance, Owner, Revision, Space
from spaces.models.types import now
from spaces.oauth import clients
from spaces.quotas import gate
from spaces.settings import Settings
from spaces.specs import make_spec

log = structlog.get_logger()

LEASE_SECONDS = 15
"""A holder that dies blocks its Space no longer than this."""


class LeaseTaken(Busy):
    """Another process works on the Space: look again."""


@contextlib.contextmanager
def held(space_id: int) -> Iterator[None]:
    """Holds the Space's lease and renews it. Raises LeaseTaken at once where another has it."""
    name, holder = f"space:{space_id}", f"{os.getpid()}-{secrets.token_hex(4)}"
    if not db.acquire(name, holder, LEASE_SECONDS):
        raise LeaseTaken(f"Space {space_id} is being worked on.")
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE_SECONDS / 3):
            db.acquire(name, holder, LEASE_SECONDS)

    renewing = threading.Thread(target=renew, daemon=True, name=f"lease-{space_id}")
    renewing.start()
    try:
        yield
    finally:
        done.set()
        renewing.join()  # or it might take the lease once more, after it was given back
        db.release(name, holder)


class _Start(NamedTuple):
    """What was written down of a start."""

    instance: Instance
    spec: InstanceSpec
    patience: Patience
    hold: Hold | None
    """Its GPUs, where it needs some."""
    goes_on: bool
    """It was there before, and runs still: what follows tells nothing of how long a start takes."""


class Starter:
    """Starts instances on an engine."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings

    def bring_up(
        self,
        space_id: int,
        revision_id: int,
        begin: Callable[[Session, Space], None] = lambda _session, _space: None,
        probing: Callable[[], None] = lambda: None,
        first: First | None = None,
        heir: Instance | None = None,
        again: Instance | None = None,
    ) -> Instance:
        """A READY instance of the revision at the Space's present generation; nothing is done twice.

        Raises StartFailed where the app does not answer in time or dies, QuotaExceeded, with nothing written, where its owner
        may run no more, ImageMissing, EngineUnavailable; with GPUs also
        Queued where none is free, or HandOver where another instance of the Space has what it needs. `begin` joins the
        transaction that writes the intent; `probing` is called once the container runs; `first` may ask the app in our
        place. `heir` gets the GPUs should it fail; `again`: that very instance, whatever the generation is by now."""
        fence.clear(self.engine, space_id, lambda space: again.name if again else self._name(space, revision_id))
        start = self._intend(space_id, revision_id, begin, again)
        instance, spec, hold = start.instance, start.spec, start.hold
        begun = time.monotonic()
        try:
            mounted = mounts.lay_out(space_id, revision_id)
            if mounted:
                # Before the engine has them: what an instance may have mounted stays on the shelf.
                self._update(instance.id, folders=json.dumps([mount.base for mount in mounted]))
                spec = spec.model_copy(update={"mounts": mounted})
            fence.check(hold)
            observation = self.engine.launch(spec)
            fence.check(hold)
            self._update(instance.id, container_id=observation.container_id, address=observation.address)
            probing()
            await_answer(self.engine, spec, observation.address or "", start.patience, first)
            return self._ready(start, observation, time.monotonic() - begun)
        except (StartFailed, ImageMissing, Revoked) as error:
            raise fence.give_up(self.engine, instance, hold, error, heir) from error

    # -- private ----------------------------------------------------------------------------------

    def _name(self, space: Space, revision_id: int) -> str:
        return names.instance_name(self.settings.installation, space.id or 0, revision_id, space.generation)

    def _intend(
        self, space_id: int, revision_id: int, begin: Callable[[Session, Space], None], again: Instance | None
    ) -> _Start:
        """The row comes first, and with it the GPUs: a crash after it leaves something the reconciler can follow up."""
        with db.writing() as session:
            space, revision = session.get(Space, space_id), session.get(Revision, revision_id)
            if space is None or revision is None:
                raise NotFound("The Space is gone.")
            gate.check_start(session, space)
            spec = spec_of(session, self.settings, space, revision)
            spec = spec.model_copy(update={"name": again.name}) if again else spec
            hold, waits = None, None
            if allocation.needs_devices(session, space):
                hold = allocation.ask(session, space, spec.name)
                waits = None if hold else self._wait(session, space, spec.name)
                spec = spec.model_copy(update={"gpus": hold.devices if hold else ()})
            if waits is None:
                return self._begin(session, space, revision, spec, hold, begin)
        raise waits

    def _wait(self, session: Session, space: Space, instance: str) -> Queued:
        """What becomes of a Space for which no GPU is free."""
        if other := allocation.elsewhere(session, space, instance):
            queue.leave(session, space.id)
            return HandOver(other)
        return queue.wait(session, space)

    def _begin(
        self,
        session: Session,
        space: Space,
        revision: Revision,
        spec: InstanceSpec,
        hold: Hold | None,
        begin: Callable[[Session, Space], None],
    ) -> _Start:
        instance = session.exec(select(Instance).where(Instance.name == spec.name)).first() or Instance(
            space_id=space.id or 0, revision_id=revision.id or 0, generation=space.generation, name=spec.name
        )
        goes_on = instance.status in (InstanceStatus.READY, InstanceStatus.FROZEN, InstanceStatus.DRAINING)
        if instance.status in (InstanceStatus.STOPPED, InstanceStatus.FAILED, InstanceStatus.DRAINING):
            instance.status = InstanceStatus.STARTING
        instance.hardware = space.hardware
        instance.port, instance.started_at, instance.drain_until, instance.retry_at = spec.port, now(), None, None
        session.add(instance)
        session.flush()
        begin(session, space)
        timeout = float(revision.config.startup_duration_timeout or self.settings.start_timeout)
        return _Start(instance, spec, Patience(timeout, revision.start_seconds or 0.0), hold, goes_on)

    def _ready(self, start: _Start, observation: Observation, seconds: float) -> Instance:
        with db.writing() as session:
            instance = session.get(Instance, start.instance.id)
            if instance is None:
                raise NotFound("The Space is gone.")
            if start.hold and not holding.began(session, start.hold, seconds):
                raise Revoked("The GPU was taken back while the app started.", hint="It is asked for again.")
            instance.status, instance.ready_at, instance.frozen_at = InstanceStatus.READY, now(), None
            instance.container_id, instance.address = observation.container_id, observation.address
            revision = session.get(Revision, instance.revision_id)
            if revision and not start.goes_on:
                revision.start_seconds = seconds
                session.add(revision)
            session.add(instance)
            return instance

    def _update(self, instance_id: int | None, **values: object) -> None:
        with db.writing() as session:
            if instance := session.get(Instance, instance_id):
                instance.sqlmodel_update(values)
                session.add(instance)


def spec_of(session: Session, settings: Settings, space: Space, revision: Revision) -> InstanceSpec:
    """What an instance of `revision` is made of now, secrets included."""
    owner, flavor = session.get(Owner, space.owner_id), session.get(Flavor, space.hardware)
    if owner is None or flavor is None:
        raise NotFound(f"Hardware {space.hardware} no longer exists.", hint="Choose another in the Space's settings.")
    variables, hidden = environment(session, space)
    return make_spec(
        settings,
        space=space,
        revision=revision,
        flavor=flavor,
        owner_name=owner.name,
        variables={**revision.config.variables, **variables},
        secrets=hidden,
        host=settings.space_host(space.subdomain),
        ca=find_mirrors(settings).ca_bundle is not None,
        door=door.address(settings),
        sign_in=clients.environment(session, settings, space, revision.config),
    )
