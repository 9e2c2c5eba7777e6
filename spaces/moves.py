"""The one function that moves a Space from stage to stage, and tells everyone who listens."""

from __future__ import annotations

import structlog
from sqlmodel import Session

from spaces import doorbell
from spaces.lifecycle import Intent, Phase, Reason, Stage, check_move
from spaces.models import Event, Owner, Repository, Space
from spaces.models.types import now

log = structlog.get_logger()


def move(
    session: Session, space: Space, stage: Stage, phase: Phase, reason: Reason | None = None, actor: str = "platform"
) -> Event | None:
    """Sets stage, phase and reason in the caller's transaction; an event row is written where any of stage or reason's
    code changed. Raises Conflict on a move that the table forbids. Returns the event, or None where nothing changed."""
    check_move(space.stage, stage)
    was, same = (
        space.stage,
        (space.stage, space.phase, space.reason and space.reason.code) == (stage, phase, reason and reason.code),
    )
    space.stage, space.phase, space.reason = stage, phase, reason
    session.add(space)
    if same:
        return None
    if was != stage:
        space.stage_at = now()
    event = Event(
        space_id=space.id, space=full_name(session, space), was=was, now=stage, phase=phase, reason=reason, actor=actor
    )
    session.add(event)
    session.flush()
    log.info(
        "stage",
        space=event.space,
        was=was.value,
        now=stage.value,
        phase=phase.value,
        reason=reason.code if reason else None,
        actor=actor,
    )
    doorbell.announce_after(session, event)
    return event


def unless_told(space: Space, reason: Reason | None) -> Reason | None:
    """`reason` of a start that came to its end; but where a person said meanwhile that the Space shall sleep or be paused,
    their word stands: it is what decides whether a visit keeps it awake."""
    return reason if space.intent == Intent.AWAKE else space.reason


def full_name(session: Session, found: Space | Repository) -> str:
    """`owner/name`."""
    owner = session.get(Owner, found.owner_id)
    return f"{owner.name if owner else '?'}/{found.name}"
