"""Moving in from elsewhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlmodel import Session

from spaces import db, links
from spaces.api.deps import Caller
from spaces.fetch import addresses
from spaces.hub.wire import when
from spaces.imports import ledger, sources
from spaces.imports.runner import runner
from spaces.models import Import, Space, Visibility
from spaces.moves import full_name
from spaces.settings import get_settings

router = APIRouter(prefix="/api/spaces/import", tags=["imports"])


class Wanted(BaseModel):
    url: str = Field(max_length=2000, description="A Space's, a Studio's or a git repository's address.")
    repository: str | None = Field(
        default=None, max_length=200, description="`owner/name` here; else like the source's."
    )
    branch: str | None = Field(default=None, max_length=200)
    visibility: Visibility | None = None


@router.post("", status_code=202)
def begin_import(body: Wanted, actor: Caller) -> dict[str, Any]:
    """Begins to fetch a repository from elsewhere; it becomes a Space of the caller's. Its address is looked at, and answers
    for itself, later."""
    source = sources.read(body.url)
    addresses.check_scheme(source.url, addresses.allowed(get_settings().import_hosts))
    if body.branch:
        source = sources.with_branch(source, body.branch)
    owner, _, name = (body.repository or "").rpartition("/")
    with db.writing() as session:
        row = ledger.request(session, actor, source, owner or None, name or None, body.visibility)
        described = _described(session, row)
    runner.ring()
    return described


@router.get("/{number}")
def show_import(number: int, actor: Caller) -> dict[str, Any]:
    """How far an import is; for whoever began it."""
    with db.reading() as session:
        return _described(session, ledger.find(session, actor, number))


def _described(session: Session, row: Import) -> dict[str, Any]:
    space = session.get(Space, row.space_id) if row.space_id else None
    called = full_name(session, space) if space else f"{row.owner}/{row.name}"
    return {
        "id": row.id,
        "status": row.status.value,
        "step": row.step,
        "received": row.received,
        "source": row.url,
        "branch": row.branch,
        "repository": called,
        "url": f"{links.here()}/spaces/{called}",
        "reason": row.reason.model_dump() if row.reason else None,
        "createdAt": when(row.created_at),
        "finishedAt": row.finished_at and when(row.finished_at),
    }
