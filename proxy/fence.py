"""What a start may do with the devices it was given: nothing, once they were given to another.

A start is looked after by a process that may be stopped for a minute and go on as if nothing had been. So it asks before
the engine launches, right after, and when the app answers; what it then finds itself without, it takes back.
"""

from __future__ import annotations

from collections.abc import Callable

from spaces import db
from spaces.engines.base import Engine
from spaces.errors import DemodockError, Queued, StartFailed
from spaces.gpus import holding, queue, reservations
from spaces.gpus.reservations import Hold
from spaces.lifecycle import InstanceStatus, Intent
from spaces.models import Instance, Space

GRACE_SECONDS = 2.0
"""What never answered has nothing to finish."""


class Revoked(Queued):
    """The devices are another's by now, or broke: the Space asks again."""

    code = "gpu_revoked"


class HandOver(Queued):
    """No second device is free, and an instance of the same Space has what is needed: `hold` may pass to the new one."""

    def __init__(self, hold: Hold) -> None:
        super().__init__("The GPU passes from the old instance to the new one.", hint="There is a short gap.")
        self.hold = hold


def check(hold: Hold | None) -> None:
    """Raises Revoked where the hold is not in force any more."""
    if hold is None:
        return
    with db.reading() as session:
        if not reservations.stands(session, hold):
            raise Revoked("The GPU was taken back while the app started.", hint="It is asked for again.")


def clear(engine: Engine, space_id: int, named: Callable[[Space], str]) -> None:
    """Ends what still runs of an earlier start of the instance that is `named` so, where its devices broke meanwhile: this
    start gives them back, and only what does not run may do that."""
    with db.reading() as session:
        holds = reservations.of_space(
            session, space_id
        )  # none for a Space without GPUs, and that is all it costs there
        broken = {hold.instance for hold in holds if not holding.startable(session, hold)}
        space = session.get(Space, space_id) if broken else None
    if space and named(space) in broken:
        engine.stop(named(space), GRACE_SECONDS)


def give_up(
    engine: Engine, instance: Instance, hold: Hold | None, error: DemodockError, heir: Instance | None = None
) -> DemodockError:
    """Ends a start that came to nothing: what runs is stopped, its devices go back, or to the instance `heir`. Returns the
    error that tells why: a device that broke is not the app's fault."""
    if hold is not None:
        engine.stop(instance.name, GRACE_SECONDS)
    with db.writing() as session:
        broken = holding.broken(session, hold) if hold else []
        if broken:
            error = Revoked(f"The GPU {broken[0]} failed while the app started.", hint="Another is asked for.")
        if row := session.get(Instance, instance.id):
            row.status = InstanceStatus.FAILED if isinstance(error, StartFailed) else InstanceStatus.STOPPED
            session.add(row)
        if hold is not None and reservations.stands(session, hold):
            if heir and not broken:
                holding.hand_on(session, hold, heir.name)
            else:
                holding.release(session, instance.name)
        space = session.get(Space, instance.space_id)
        if broken and space and space.intent == Intent.AWAKE:
            queue.join(session, space, cause=error.message)
            queue.wait(session, space)
    return error
