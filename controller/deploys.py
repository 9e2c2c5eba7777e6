"""Starting revisions, letting them take over, and what follows when they fail. The old one serves until the new one has
answered through the edge; a failure leaves it serving and says why."""

from __future__ import annotations

import datetime as dt
import functools
from collections import deque

import structlog
from sqlmodel import Session, col, select

from controller.publish import Publisher
from controller.rests import leave, set_status, wait
from proxy import fence
from proxy.fence import HandOver
from proxy.readiness import died
from proxy.starts import Starter
from spaces import db, logs, mounts, moves
from spaces.builds import request_build
from spaces.engines.base import Engine
from spaces.errors import EngineUnavailable, ImageMissing, Queued, QuotaExceeded, StartFailed
from spaces.gpus import holding, reasons, reservations
from spaces.gpus.reservations import Hold
from spaces.lifecycle import BuildStatus, InstanceStatus, Intent, Phase, Reason, Stage, last_lines
from spaces.models import Build, Flavor, Instance, Revision, Space
from spaces.models.types import now
from spaces.oauth import clients
from spaces.reconcile import Crash, Start, Switch
from spaces.settings import Settings

log = structlog.get_logger()

STEADY_SECONDS = 60
"""An app that answered for so long has its crashes counted anew."""
EDGE_SECONDS = 20
"""How long a candidate may take to answer through the edge once it answers on its own port."""
DEPLOY_FAILED = "deploy_failed"
LAST_LINES = 20


class Deployer:
    """Brings revisions into service. Whoever calls holds the Space's lease."""

    def __init__(self, engine: Engine, settings: Settings, publisher: Publisher) -> None:
        self.engine, self.settings, self.publisher = engine, settings, publisher
        self.starter = Starter(engine, settings)

    def start(self, action: Start) -> None:
        """Brings up an instance of the revision, proves it, lets it take over."""
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            if space is None or space.intent in (Intent.GONE, Intent.PAUSED):
                return
            old, subdomain = serving_instance(session, space), space.subdomain
            # A failed deploy stays visible while what served before comes back.
            kept = space.reason if space.reason and space.reason.code == DEPLOY_FAILED else None
            space.intent = Intent.AWAKE
            stage = Stage.RUNNING_APP_STARTING if old else Stage.APP_STARTING
            moves.move(session, space, stage, Phase.STARTING, kept)
        try:
            try:
                ready = self._bring_up(action)
                if old and old.id != ready.id and old.status == InstanceStatus.READY:
                    self._prove_through_edge(action.space_id, subdomain, ready)
            except HandOver as full:
                ready = self._in_place(action, full.hold)
        except Queued as error:
            log.info("waits for a GPU", space_id=action.space_id, why=error.message)
        except ImageMissing:
            self._rebuild(action)
        except QuotaExceeded as error:
            self._over_quota(action, error)
        except StartFailed as error:
            self._failed(action, error)
        else:
            self._take_over(action, ready, kept)

    def switch(self, action: Switch) -> None:
        """Lets a revision take over that needs no instance now."""
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            if space is None:
                return
            space.revision_id, space.instance_id = action.revision_id, None
            clients.settle(session, space, action.revision_id)
            if space.next_revision_id == action.revision_id:
                space.next_revision_id = None
            session.add(space)
            if space.intent == Intent.PAUSED:
                moves.move(session, space, Stage.PAUSED, Phase.IDLE, space.reason)
                return
            space.intent = Intent.AWAKE
            moves.move(session, space, _running(session, space), Phase.SERVING)

    def crash(self, action: Crash) -> None:
        """Its container ended: another try after a pause that doubles, until the limit."""
        with db.reading() as session:
            instance, space = session.get(Instance, action.instance_id), session.get(Space, action.space_id)
            flavor = session.get(Flavor, space.hardware) if space else None
        if instance is None or space is None:
            return
        observed = self.engine.observe(instance.name)
        gone = StartFailed("The container was removed from outside.", code="removed", hint="It is started again.")
        error = died(observed[0], (flavor.memory if flavor else 0) << 20) if observed else gone
        reason = self._reason(instance, error)
        with db.writing() as session:
            space, instance = session.get(Space, action.space_id), session.get(Instance, action.instance_id)
            if space is None or instance is None or instance.status != InstanceStatus.READY:
                return
            if instance.ready_at and (now() - instance.ready_at).total_seconds() > STEADY_SECONDS:
                instance.crashes = 0
            self._back_off(session, space, instance, reason)

    # -- private ----------------------------------------------------------------------------------

    def _bring_up(self, action: Start, heir: Instance | None = None) -> Instance:
        probing = functools.partial(self._probing, action.space_id)
        return self.starter.bring_up(action.space_id, action.revision_id, probing=probing, heir=heir)

    def _in_place(self, action: Start, hold: Hold) -> Instance:
        """No second GPU is free: the old instance makes way for the new one, and comes back should that fail."""
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            old = session.exec(select(Instance).where(Instance.name == hold.instance)).first()
            if space is None or old is None:
                raise Queued("The old instance is gone.")
            old.status = InstanceStatus.DRAINING
            session.add(old)
            moves.move(session, space, Stage.APP_STARTING, Phase.STARTING, reasons.HAND_OVER)
        mounts.lay_out(action.space_id, action.revision_id)  # whatever takes time comes before the gap
        leave(self.publisher)
        self.engine.stop(old.name)
        set_status(old.id, InstanceStatus.STOPPED, release=False)
        try:
            return self._bring_up(action, heir=old)
        except (StartFailed, ImageMissing):
            self._bring_back(action, old)
            raise

    def _bring_back(self, action: Start, old: Instance) -> None:
        """What served before the hand-over serves again; where it can't, the next sweep tries to start what there is."""
        try:
            self.starter.bring_up(action.space_id, old.revision_id, again=old)
        except (StartFailed, ImageMissing, Queued) as error:
            log.warning("the instance before a hand-over did not come back", space_id=action.space_id, error=str(error))
        self.publisher.publish()

    def _probing(self, space_id: int) -> None:
        with db.writing() as session:
            if space := session.get(Space, space_id):
                moves.move(session, space, space.stage, Phase.PROBING, space.reason)

    def _prove_through_edge(self, space_id: int, subdomain: str, ready: Instance) -> None:
        self.publisher.publish()
        seen: list[int | None] = [None]

        def answers() -> bool:
            seen.append(self.publisher.status_through_edge(space_id, subdomain))
            return (seen[-1] or 500) < 500

        if not wait(answers, EDGE_SECONDS):
            status = next((status for status in reversed(seen) if status), None)
            what = f"answers {status}" if status else "does not answer"
            error = StartFailed(f"It {what} through the edge.", code="edge", hint="The run log shows what failed.")
            with db.reading() as session:
                hold = reservations.of_instance(session, ready.name)
            raise fence.give_up(self.engine, ready, hold, error)

    def _take_over(self, action: Start, ready: Instance, reason: Reason | None) -> None:
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            if space is None:
                return
            if space.next_revision_id == action.revision_id:
                space.next_revision_id = None
            space.revision_id, space.instance_id, space.active_at = action.revision_id, ready.id, now()
            clients.settle(session, space, action.revision_id)
            session.add(space)
            told = moves.unless_told(space, reason)
            moves.move(session, space, _running(session, space), Phase.SERVING, told)
        self.publisher.publish()

    def _over_quota(self, action: Start, error: QuotaExceeded) -> None:
        """Its owner may run no more: it sleeps, with the new revision taken over unproven, until a visit finds room."""
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            if space is None:
                return
            if space.next_revision_id == action.revision_id:
                space.revision_id, space.next_revision_id, space.instance_id = action.revision_id, None, None
                clients.settle(session, space, action.revision_id)
            space.intent = Intent.ASLEEP
            session.add(space)
            reason = Reason(code=error.code, message=error.message, hint=error.hint)
            moves.move(session, space, Stage.SLEEPING, Phase.IDLE, reason)

    def _failed(self, action: Start, error: StartFailed) -> None:
        """What served goes on serving; what served before comes back; what never served waits for a person."""
        with db.reading() as session:
            space = session.get(Space, action.space_id)
            failed = _instance(session, action, space) if space else None
        reason = self._reason(failed, error)
        with db.writing() as session:
            space, revision = session.get(Space, action.space_id), session.get(Revision, action.revision_id)
            if space is None or revision is None:
                return
            deployed = space.next_revision_id == action.revision_id
            if deployed:
                space.next_revision_id = None
                space.revision_id = space.revision_id or action.revision_id
                session.add(space)
            old = serving_instance(session, space)
            failed = _instance(session, action, space)
            if old or (deployed and space.revision_id != action.revision_id):
                message = (
                    f"Revision {action.revision_id} did not start: {error.message} The one before goes on serving."
                )
                reason = reason.model_copy(update={"code": DEPLOY_FAILED, "message": message})
                frozen = old is not None and old.status == InstanceStatus.FROZEN
                stage, phase = (Stage.RUNNING, Phase.SERVING) if old else (Stage.APP_STARTING, Phase.STARTING)
                moves.move(session, space, stage, Phase.FROZEN if frozen else phase, reason)
            elif revision.start_seconds is not None and failed and not deployed:
                self._back_off(session, space, failed, reason)
            else:
                moves.move(session, space, Stage.RUNTIME_ERROR, Phase.FAILED, reason)

    def _back_off(self, session: Session, space: Space, instance: Instance, reason: Reason) -> None:
        instance.crashes += 1
        instance.status = InstanceStatus.FAILED
        holding.release(session, instance.name)
        over = instance.crashes >= self.settings.crash_limit
        instance.retry_at = None if over else now() + dt.timedelta(seconds=2 ** (instance.crashes - 1))
        session.add(instance)
        if over:
            message = f"{reason.message} That was {instance.crashes} times in a row."
            reason = reason.model_copy(update={"message": message})
        moves.move(session, space, Stage.RUNTIME_ERROR if over else Stage.APP_STARTING, Phase.FAILED, reason)

    def _rebuild(self, action: Start) -> None:
        with db.writing() as session:
            space, revision = session.get(Space, action.space_id), session.get(Revision, action.revision_id)
            if space is None or revision is None:
                return
            if space.next_revision_id == action.revision_id:
                space.next_revision_id = None
            if space.revision_id == action.revision_id:
                space.revision_id = None
            session.add(space)
            log.warning("an image is missing: building it again", space_id=space.id, revision_id=revision.id)
            request_build(session, space, revision.commit, actor="platform", factory=True)

    def _reason(self, instance: Instance | None, error: StartFailed) -> Reason:
        detail = self._last_words(instance) if instance else ""
        return Reason(code=error.code, message=error.message, hint=error.hint, detail=detail)

    def _last_words(self, instance: Instance) -> str:
        """From the engine: in the run log stands also what another instance of the Space prints meanwhile."""
        try:
            said = self.engine.logs(instance.name, since=instance.started_at)
            lines = [line.text for line in deque(said, maxlen=LAST_LINES)]
        except (EngineUnavailable, OSError):
            lines = []
        if not lines:  # its container is gone
            lines = [line.text for line in logs.read(logs.run_log(instance.space_id), tail=LAST_LINES)]
        return last_lines(lines)


def serving_instance(session: Session, space: Space) -> Instance | None:
    """The instance that visitors get now, awake or frozen."""
    instance = session.get(Instance, space.instance_id) if space.instance_id else None
    return instance if instance and instance.status in (InstanceStatus.READY, InstanceStatus.FROZEN) else None


def _running(session: Session, space: Space) -> Stage:
    active = [BuildStatus.QUEUED, BuildStatus.RUNNING]
    found = session.exec(select(Build.id).where(Build.space_id == space.id, col(Build.status).in_(active))).first()
    return Stage.RUNNING_BUILDING if found else Stage.RUNNING


def _instance(session: Session, action: Start, space: Space) -> Instance | None:
    same = (Instance.revision_id == action.revision_id, Instance.generation == space.generation)
    return session.exec(select(Instance).where(Instance.space_id == space.id, *same)).first()
