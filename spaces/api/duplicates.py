"""A repository made of another: its files with their history; of a Space also its variables, never its secrets."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import actions, copies, db, links, repositories
from spaces.access import Actor, Permission, access_repository
from spaces.api.deps import Caller, Kind, Segment
from spaces.api.repos import Environment, Seen
from spaces.errors import Invalid
from spaces.models import Repository, Space
from spaces.moves import full_name

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["repositories"])


class Duplicate(Seen, Environment):
    repository: str
    hardware: str | None = None
    sleepTimeSeconds: int | None = None


@router.post("/duplicate")
def duplicate(kind: Kind, owner: Segment, name: Segment, actor: Caller, body: Duplicate) -> dict[str, Any]:
    """Seen by the same people as its source where nothing else is said. `secrets` names those that the copy still lacks."""
    holder, slash, becomes = body.repository.partition("/")
    if not slash:
        raise Invalid("`repository` names the copy with its owner.", hint="OWNER/NAME")
    missing: list[str] = []
    with db.writing() as session:
        source = access_repository(session, actor, kind, owner, name, Permission.READ)
        visibility = body.wanted() or source.visibility
        made: Any
        if isinstance(source, Space):
            flavor, sleep_after = body.hardware, body.sleepTimeSeconds
            made = actions.create_space(session, actor, holder, becomes, source.sdk, flavor, sleep_after, visibility)
            body.put(session, made, actor)
            missing = copies.copy_variables(session, source, made)
        else:
            made = repositories.create_repository(session, actor, kind, holder, becomes, visibility)
        called = full_name(session, made)
    try:
        copies.copy_files(kind, source.id or 0, made.id, actor.name)
        repositories.first_commit(kind, made.id, actor.name)
    except BaseException:
        _take_back(type(made), made.id, actor)
        raise
    return {"url": f"{links.here()}/{kind.prefix}{called}", "filesCopyPending": False, "secrets": missing}


# -- private


def _take_back(table: type[Space | Repository], number: int, actor: Actor) -> None:
    """Half a copy is none."""
    with db.writing() as session:
        made = session.get(table, number)
        if isinstance(made, Space):
            actions.delete_space(session, made, actor)
        elif made:
            repositories.delete_repository(session, made, actor)
