"""Quotas: of everybody, and of single owners. Every change is in the audit log and told with what follows from it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, col, select

from spaces import db
from spaces.access import access_admin, find_owner
from spaces.api.deps import Caller, Segment
from spaces.errors import NotFound
from spaces.models import Owner, Quota
from spaces.quotas import book, standing, terms

router = APIRouter(prefix="/api/admin/quotas", tags=["admin"])

PAGE = 100
"""Owners of one answer."""


Amount = float | str | None


class QuotaChange(BaseModel):
    """What an owner may hold: numbers, `unlimited`, or null for what everybody has. Memory and storage in MiB."""

    model_config = ConfigDict(extra="forbid")

    guarantee: Amount = Field(default=None, description="GPUs that are its own whenever it wants them.")
    weight: Amount = Field(default=None, description="Its part of what others leave free, beside those of others.")
    gpus: Amount = Field(default=None, description="GPUs at once, borrowed ones included.")
    gpuSecondsPerDay: Amount = None
    gpuSecondsPerMonth: Amount = None
    cpus: Amount = Field(default=None, description="Of all its running Spaces.")
    memory: Amount = Field(default=None, description="MiB of all its running Spaces.")
    runningSpaces: Amount = None
    storage: Amount = Field(default=None, description="MiB of repositories, large files and `/data`.")
    builds: Amount = Field(default=None, description="At a time.")
    buildsPerDay: Amount = None
    overcommit: bool = Field(default=False, description="Guarantee more GPUs than there are, knowing it.")

    def values(self, whole: bool) -> dict[str, float | None]:
        """Terms by key as a row has them; with `whole` also those that are not named, which are then inherited."""
        return {
            term.key: terms.stored(getattr(self, term.wire), term.key)
            for term in terms.TERMS
            if whole or term.wire in self.model_fields_set
        }


@router.get("")
def list_quotas(
    actor: Caller,
    after: Annotated[str, Query(max_length=200, description="Owners whose name comes after this one.")] = "",
    own: Annotated[bool, Query(description="Only owners with a quota of their own.")] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = PAGE,
) -> dict[str, Any]:
    """Everybody's, and what single owners have and hold, by name. `next`: what to put into `after` for more."""
    access_admin(actor)
    with db.reading() as session:
        wanted = select(Owner).where(col(Owner.name_key) > after.lower()).order_by(Owner.name_key).limit(limit + 1)
        if own:
            wanted = wanted.where(col(Owner.id).in_(select(Quota.owner_id)))
        found = session.exec(wanted).all()
        return {
            "everybody": standing.everybody(session),
            "owners": standing.of_many(session, found[:limit]),
            "next": found[limit - 1].name if len(found) > limit else None,
        }


@router.patch("")
def change_defaults(actor: Caller, body: QuotaChange) -> dict[str, Any]:
    """Changes what everybody has who was given nothing else; terms that are not named stay."""
    access_admin(actor)
    with db.writing() as session:
        changed = book.change(session, actor, None, body.values(whole=False), body.overcommit)
        return standing.everybody(session) | {"warnings": list(changed.warnings)}


@router.delete("")
def reset_defaults(actor: Caller) -> dict[str, Any]:
    """Everybody has the platform's own defaults again: nothing is guaranteed, nothing limited."""
    access_admin(actor)
    with db.writing() as session:
        book.reset(session, actor, None)
        return standing.everybody(session)


@router.get("/{owner}")
def show_quota(actor: Caller, owner: Segment) -> dict[str, Any]:
    """What an owner may hold, what it holds, and what is left."""
    access_admin(actor)
    with db.reading() as session:
        return standing.of(session, _owner(session, owner))


@router.put("/{owner}")
def put_quota(actor: Caller, owner: Segment, body: QuotaChange) -> dict[str, Any]:
    """The owner's quota is this and nothing else: terms that are not named are inherited."""
    return _change(actor, owner, body, whole=True)


@router.patch("/{owner}")
def change_quota(actor: Caller, owner: Segment, body: QuotaChange) -> dict[str, Any]:
    """Changes the terms that are named; null lets one be inherited again."""
    return _change(actor, owner, body, whole=False)


@router.delete("/{owner}")
def reset_quota(actor: Caller, owner: Segment) -> dict[str, Any]:
    """Back to what everybody has."""
    access_admin(actor)
    with db.writing() as session:
        found = _owner(session, owner)
        book.reset(session, actor, found)
        return standing.of(session, found)


# -- private --------------------------------------------------------------------------------------


def _change(actor: Caller, owner: str, body: QuotaChange, whole: bool) -> dict[str, Any]:
    access_admin(actor)
    values = body.values(whole)
    with db.writing() as session:
        found = _owner(session, owner)
        changed = book.change(session, actor, found, values, body.overcommit)
        return standing.of(session, found) | {"warnings": list(changed.warnings)}


def _owner(session: Session, name: str) -> Owner:
    found = find_owner(session, name)
    if found is None:
        raise NotFound(f"There is no owner {name[:100]!r}.", hint="Name a user or an organization.", code="no_owner")
    return found
