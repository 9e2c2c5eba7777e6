"""What a Space runs on, and changing that. Every call answers with the runtime as it then is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session

from spaces import actions, db
from spaces.access import Actor, Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.hub.facts import runtime_of
from spaces.models import Space

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["runtime"])

Runtime = dict[str, Any]


class Hardware(BaseModel):
    flavor: str
    sleepTimeSeconds: int | None = None


class SleepTime(BaseModel):
    seconds: int


class Rollback(BaseModel):
    revision: int | None = None


@router.get("/runtime")
def show_runtime(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    with db.reading() as session:
        return runtime_of(session, access_space(session, actor, owner, name, Permission.VISIT), actor)


@router.post("/restart")
def restart_space(owner: Segment, name: Segment, actor: Caller, factory: bool = False) -> Runtime:
    """New instances beside the old; with `factory` after a build without cached layers."""
    return _act(actor, owner, name, lambda session, space: actions.restart(session, space, actor, factory))


@router.post("/pause")
def pause_space(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    """Stopped until somebody restarts it; visits do not wake it."""
    return _act(actor, owner, name, lambda session, space: actions.pause(session, space, actor))


@router.post("/sleep")
def sleep_space(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    """Stopped until the next visit. Ours, not the Hub's."""
    return _act(actor, owner, name, lambda session, space: actions.sleep(session, space, actor))


@router.post("/wake")
def wake_space(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    """Started as by a visit. Ours, not the Hub's."""
    return _act(actor, owner, name, lambda session, space: actions.wake(session, space, actor))


@router.post("/rollback")
def roll_back(owner: Segment, name: Segment, actor: Caller, body: Rollback | None = None) -> Runtime:
    """Back to an earlier revision, the previous one where none is named. Nothing is built. Ours, not the Hub's."""
    revision = body.revision if body else None
    return _act(actor, owner, name, lambda session, space: actions.rollback(session, space, actor, revision))


@router.post("/hardware")
def request_hardware(owner: Segment, name: Segment, actor: Caller, body: Hardware) -> Runtime:
    def act(session: Session, space: Space) -> None:
        actions.set_hardware(session, space, actor, body.flavor, body.sleepTimeSeconds)

    return _act(actor, owner, name, act)


@router.post("/sleeptime")
def set_sleep_time(owner: Segment, name: Segment, actor: Caller, body: SleepTime) -> Runtime:
    """Idle seconds before sleep; -1: never."""
    return _act(actor, owner, name, lambda session, space: actions.set_sleep_time(session, space, body.seconds))


@router.post("/freezetime")
def set_freeze_time(owner: Segment, name: Segment, actor: Caller, body: SleepTime) -> Runtime:
    """Idle seconds before freeze; -1: never. Ours, not the Hub's."""
    return _act(actor, owner, name, lambda session, space: actions.set_freeze_time(session, space, body.seconds))


def _act(actor: Actor, owner: str, name: str, action: Callable[[Session, Space], object]) -> Runtime:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        action(session, space)
        session.flush()
        return runtime_of(session, space, actor)
