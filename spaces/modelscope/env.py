"""A Studio's secrets and variables. Adding what is there is refused, and so is changing or removing what is not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import AfterValidator, BaseModel, Field
from starlette.convertors import StringConvertor, register_url_convertor

from spaces import db, env
from spaces.access import Permission, access_space
from spaces.api.deps import Segment
from spaces.errors import Conflict, NotFound
from spaces.models.space import EnvKind
from spaces.modelscope import wire
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import DUPLICATE, OpenRoute, done

router = APIRouter(prefix="/openapi/v1/studios/{owner}/{name}", tags=["studios"], route_class=OpenRoute)


class _Entries(StringConvertor):
    """`{kind:entries}` in a path."""

    regex = "secrets|variables"


register_url_convertor("entries", _Entries())

Kind = Annotated[
    Literal["secrets", "variables"], Path(), AfterValidator(lambda plural: EnvKind(plural.removesuffix("s")))
]
"""Which of the two; a route's function gets an `EnvKind`."""


class Key(BaseModel):
    key: str


class Entry(Key):
    value: str = Field(repr=False)


@router.get("/{kind:entries}")
def list_entries(owner: Segment, name: Segment, kind: Kind, actor: Caller) -> dict[str, Any]:
    """Variables with their values, secrets without."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        return done({f"{kind}s": [wire.entry(row) for row in env.entries_of(session, space, kind)]})


@router.post("/{kind:entries}")
def add_entry(owner: Segment, name: Segment, kind: Kind, actor: Caller, body: Entry) -> dict[str, Any]:
    return _put(owner, name, kind, actor, body, new=True)


@router.put("/{kind:entries}")
def change_entry(owner: Segment, name: Segment, kind: Kind, actor: Caller, body: Entry) -> dict[str, Any]:
    return _put(owner, name, kind, actor, body, new=False)


@router.delete("/{kind:entries}")
def remove_entry(owner: Segment, name: Segment, kind: Kind, actor: Caller, body: Key) -> dict[str, Any]:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        if not env.remove_entry(session, space, kind, body.key):
            raise _missing(kind, body.key)
    return done()


# -- private --------------------------------------------------------------------------------------


def _put(owner: str, name: str, kind: EnvKind, actor: Caller, body: Entry, new: bool) -> dict[str, Any]:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        env.check_entry(body.key, body.value)
        there = any(row.key == body.key for row in env.entries_of(session, space, kind))
        if there and new:
            raise Conflict(f"There is a {kind} {body.key} already.", hint="Update it instead.", code=DUPLICATE)
        if not there and not new:
            raise _missing(kind, body.key)
        env.put_entry(session, space, kind, body.key, body.value)
    return done({"key": body.key})


def _missing(kind: EnvKind, key: str) -> NotFound:
    return NotFound(f"There is no {kind} {key[:130]!r}.", hint="List them to see which there are.")
