"""Secrets and variables. A secret goes in and never comes out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from spaces import db, env
from spaces.access import Actor, Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.hub.wire import env_map
from spaces.models import Space
from spaces.models.space import EnvKind

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["environment"])

EnvMap = dict[str, dict[str, Any]]


class Entry(BaseModel):
    key: str
    value: str = Field(repr=False)
    description: str | None = None


class Key(BaseModel):
    key: str


@router.get("/secrets")
def list_secrets(owner: Segment, name: Segment, actor: Caller) -> EnvMap:
    """Names and descriptions of secrets."""
    return _list(actor, owner, name, EnvKind.SECRET)


@router.post("/secrets")
def set_secret(owner: Segment, name: Segment, actor: Caller, body: Entry) -> EnvMap:
    """Adds or replaces a secret; the Space restarts."""
    return _put(actor, owner, name, EnvKind.SECRET, body)


@router.delete("/secrets")
def remove_secret(owner: Segment, name: Segment, actor: Caller, body: Key) -> EnvMap:
    """Removes a secret; one that is not there is fine."""
    return _remove(actor, owner, name, EnvKind.SECRET, body.key)


@router.get("/variables")
def list_variables(owner: Segment, name: Segment, actor: Caller) -> EnvMap:
    """Variables with their values."""
    return _list(actor, owner, name, EnvKind.VARIABLE)


@router.post("/variables")
def set_variable(owner: Segment, name: Segment, actor: Caller, body: Entry) -> EnvMap:
    """Adds or replaces a variable; the Space restarts. Answers with all of them."""
    return _put(actor, owner, name, EnvKind.VARIABLE, body)


@router.delete("/variables")
def remove_variable(owner: Segment, name: Segment, actor: Caller, body: Key) -> EnvMap:
    """Removes a variable; one that is not there is fine. Answers with those that are left."""
    return _remove(actor, owner, name, EnvKind.VARIABLE, body.key)


def _list(actor: Actor, owner: str, name: str, kind: EnvKind) -> EnvMap:
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        return env_map(env.entries_of(session, space, kind))


def _put(actor: Actor, owner: str, name: str, kind: EnvKind, body: Entry) -> EnvMap:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        env.put_entry(session, space, kind, body.key, body.value, body.description or "")
        return _answer(session, space, kind)


def _remove(actor: Actor, owner: str, name: str, kind: EnvKind, key: str) -> EnvMap:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        env.remove_entry(session, space, kind, key)
        return _answer(session, space, kind)


def _answer(session: Session, space: Space, kind: EnvKind) -> EnvMap:
    session.flush()
    return {} if kind == EnvKind.SECRET else env_map(env.entries_of(session, space, kind))
