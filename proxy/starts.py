"""Bringing up one instance: write the intent, launch, wait for its first answer. Used by the controller and the gateway.

Whoever calls holds the Space's lease, so that one start happens however many visitors come; `held` renews it while the
app takes its time.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator

import structlog
from sqlmodel import Session, select

from proxy import quiet
from spaces import db, mounts
from spaces.engines.base import ContainerState, Engine, InstanceSpec, Observation
from spaces.env import environment
from spaces.errors import Busy, NotFound, StartFailed
from spaces.host.mirrors import find_mirrors
from spaces.hostnet import door
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Instance, Owner, Revision, Space
from spaces.models.types import now
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

    threading.Thread(target=renew, daemon=True, name=f"lease-{space_id}").start()
    try:
        yield
    finally:
        done.set()
        db.release(name, holder)


class Starter:
    """Starts instances on an engine."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings

    def bring_up(self, space_id: int, revision_id: int, probing: Callable[[], None] = lambda: None) -> Instance:
        """A READY instance of the revision at the Space's present generation; nothing is done twice.

        Raises StartFailed where the app does not answer in time or dies, ImageMissing, EngineUnavailable. `probing` is
        called once the container runs."""
        instance, spec, timeout = self._intend(space_id, revision_id)
        begun = time.monotonic()
        try:
            mounted = mounts.lay_out(space_id)
            if mounted:
                # Before the engine has them: what an instance may have mounted stays on the shelf.
                self._update(instance.id, folders=json.dumps([mount.base for mount in mounted]))
                spec = spec.model_copy(update={"mounts": mounted})
            observation = self.engine.launch(spec)
            self._update(instance.id, container_id=observation.container_id, address=observation.address)
            probing()
            self._await_answer(spec, observation, timeout)
        except StartFailed:
            self._update(instance.id, status=InstanceStatus.FAILED)
            raise
        return self._ready(instance.id, observation, time.monotonic() - begun)

    # -- private ----------------------------------------------------------------------------------

    def _intend(self, space_id: int, revision_id: int) -> tuple[Instance, InstanceSpec, float]:
        """The row comes first: a crash after it leaves something the reconciler can follow up."""
        with db.writing() as session:
            space, revision = session.get(Space, space_id), session.get(Revision, revision_id)
            if space is None or revision is None:
                raise NotFound("The Space is gone.")
            spec = spec_of(session, self.settings, space, revision)
            instance = session.exec(select(Instance).where(Instance.name == spec.name)).first() or Instance(
                space_id=space_id, revision_id=revision_id, generation=space.generation, name=spec.name
            )
            if instance.status in (InstanceStatus.STOPPED, InstanceStatus.FAILED, InstanceStatus.DRAINING):
                instance.status = InstanceStatus.STARTING
            instance.port, instance.started_at, instance.drain_until, instance.retry_at = spec.port, now(), None, None
            session.add(instance)
            session.flush()
            return instance, spec, float(revision.config.startup_duration_timeout or self.settings.start_timeout)

    def _await_answer(self, spec: InstanceSpec, observation: Observation, timeout: float) -> None:
        """Polls the app's port until it answers below 500, watching that its container lives."""
        until, looked, status = time.monotonic() + timeout, time.monotonic(), None
        host = dict(spec.env).get("SPACE_HOST", "localhost")
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                status, _ = quiet.get(observation.address or "", spec.port, {"Host": host}, timeout=10)
                if status < 500:
                    return
            moment = time.monotonic()
            if moment - looked > 0.5:
                looked = moment
                self._check_alive(spec)
            if moment > until:
                raise self._silent(spec, timeout, status)
            # Quick while it can still be a quick one: our own share of a wake is half of this.
            time.sleep(0.01 if moment < until - timeout + 15 else 0.1)

    def _check_alive(self, spec: InstanceSpec) -> None:
        for observation in self.engine.observe(spec.name):
            if observation.state in (ContainerState.RUNNING, ContainerState.FROZEN):
                return
            raise died(observation, spec.memory)
        raise StartFailed("The container was removed while it started.", code="removed", hint="Restart the Space.")

    def _silent(self, spec: InstanceSpec, timeout: float, status: int | None) -> StartFailed:
        if status is not None:
            return StartFailed(
                f"The app answers GET / with {status} for {timeout:.0f} s.",
                code="unhealthy",
                hint="Any answer below 500 counts as ready; the run log shows what failed.",
            )
        stats = self.engine.stats(spec.name)
        others = [str(port) for port in (stats.ports if stats else ()) if port != spec.port]
        seen = f", but something does on {', '.join(others)}" if others else ""
        return StartFailed(
            f"Nothing listens on port {spec.port} after {timeout:.0f} s{seen}.",
            code="wrong_port" if others else "timeout",
            hint=f"Listen on 0.0.0.0:{spec.port}, or raise startup_duration_timeout in README.md if the app only needs longer.",
        )

    def _ready(self, instance_id: int | None, observation: Observation, seconds: float) -> Instance:
        with db.writing() as session:
            instance = session.get(Instance, instance_id)
            if instance is None:
                raise NotFound("The Space is gone.")
            instance.status, instance.ready_at, instance.frozen_at = InstanceStatus.READY, now(), None
            instance.container_id, instance.address = observation.container_id, observation.address
            revision = session.get(Revision, instance.revision_id)
            if revision:
                revision.start_seconds = seconds
                session.add(revision)
            session.add(instance)
            return instance

    def _update(self, instance_id: int | None, **values: object) -> None:
        with db.writing() as session:
            if instance := session.get(Instance, instance_id):
                instance.sqlmodel_update(values)
                session.add(instance)


def died(observation: Observation, memory: int) -> StartFailed:
    """Why a container ended, from what the engine says of it."""
    if observation.oom_killed:
        limit = f"{memory >> 20} MiB"
        return StartFailed(
            f"The app needed more than its {limit} of memory.",
            code="out_of_memory",
            hint="Choose larger hardware, or load less at a time.",
        )
    code = observation.exit_code
    meaning = {0: "ended by itself", 137: "was killed", 139: "crashed (segmentation fault)", 143: "was told to stop"}
    what = meaning.get(code, f"ended with exit code {code}") if code is not None else "ended"
    return StartFailed(
        f"The app {what}.",
        code="exited",
        hint="The run log shows its last lines; push a fix or restart.",
        exit_code=code,
    )


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
    )
