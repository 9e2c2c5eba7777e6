"""The queue for devices: one request per Space that wants to start, and what its people are told while it waits."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, select

from spaces import moves
from spaces.errors import Queued
from spaces.gpus import reasons
from spaces.gpus.decision import Decision, Place, Waits
from spaces.gpus.scene import Scene
from spaces.lifecycle import InstanceStatus, Intent, Phase, Reason, Stage
from spaces.models import GpuRequest, Instance, Space
from spaces.models.types import now

USUAL_PATIENCE = 10
"""Seconds after which a program that waits may ask again, where nothing tells better."""
NEVER = "never"
"""Why a request waits that these devices can never serve."""


def of(session: Session, space_id: int | None) -> GpuRequest | None:
    """The Space's request, where it waits."""
    return session.get(GpuRequest, space_id)


def join(session: Session, space: Space, cause: str = "") -> GpuRequest:
    """The Space waits from now on, or as it did; a request for other hardware starts anew at the end. `cause`: what made it
    wait, where that was not its own start."""
    request = of(session, space.id)
    if request is None or request.flavor != space.hardware:
        leave(session, space.id)
        request = GpuRequest(space_id=space.id or 0, owner_id=space.owner_id, flavor=space.hardware, cause=cause)
    request.owner_id = space.owner_id
    session.add(request)
    session.flush()
    return request


def leave(session: Session, space_id: int | None) -> None:
    """The Space waits no longer; nothing where it did not."""
    if request := of(session, space_id):
        session.delete(request)
        session.flush()


def wait(session: Session, space: Space) -> Queued:
    """Says of the Space that it waits; what serves meanwhile goes on. Returns what to tell whoever wanted it."""
    request = join(session, space)
    message = f"{request.cause} It waits for a GPU.".strip()
    reason = request.reason or Reason(code=reasons.WAITING, message=message, hint=reasons.BY_ITSELF)
    serving = session.get(Instance, space.instance_id) if space.instance_id else None
    awake = serving is not None and serving.status in (InstanceStatus.READY, InstanceStatus.FROZEN)
    space.intent, space.active_at = Intent.AWAKE, now()
    stage = Stage.RUNNING_APP_STARTING if awake else Stage.APP_STARTING
    moves.move(session, space, stage, Phase.WAITING_FOR_GPU, reason)
    return Queued(reason.message, hint=reason.hint, retry_after=patience(request.estimate))


def patience(estimate: int | None) -> int:
    """After how many seconds a program may ask again that waits for a Space."""
    return USUAL_PATIENCE if estimate is None else min(max(estimate, 5), 60)


def tell(session: Session, scene: Scene, decision: Decision, places: Mapping[str, Place]) -> None:
    """Writes down where each of those who still wait stands, and why."""
    requests = {request.space_id: request for request in scene.line}
    refused = {refusal.request.space_id: refusal for refusal in decision.refused}
    for row in session.exec(select(GpuRequest)):
        place, request = places.get(str(row.space_id)), requests.get(row.space_id)
        if request is None:
            continue
        never = refused.get(row.space_id)
        row.place, row.line = (place.position, place.waiting) if place else (None, 0)
        row.waits = NEVER if never else place.reason.value if place else Waits.IN_LINE.value
        row.estimate = round(place.seconds) if place and place.seconds is not None else None
        share = scene.shares.get(row.owner_id)
        row.reason = reasons.waiting(request, place, never, share, row.cause)
        session.add(row)
        space = session.get(Space, row.space_id)
        if space and space.phase == Phase.WAITING_FOR_GPU and space.reason != row.reason:
            space.reason = row.reason  # no event: it waits as it did
            session.add(space)
