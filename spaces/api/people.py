"""Users, for admins, and everybody's own tokens. Ours: the Hub has pages for it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, Field
from sqlmodel import Session, col, select

from spaces import audit, db, grants, limits, owners, sessions, signin
from spaces.access import Actor, access_account, access_admin, access_self
from spaces.api.deps import Caller, Segment
from spaces.errors import NotFound
from spaces.hub import wire
from spaces.models import Owner, Token
from spaces.models.grant import GRANTS, Grant
from spaces.models.owner import Role, TokenScope
from spaces.models.types import now

router = APIRouter(tags=["people"])


class NewUser(BaseModel):
    name: str
    role: Role = Role.MEMBER


class NewGrant(BaseModel):
    on: str = Field(max_length=300, description="An owner, or a repository such as `spaces/acme/demo`.")
    permission: str


class NewToken(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=100)]
    scope: TokenScope = TokenScope.READ
    owner: str | None = Field(default=None, description="Only for admins: another user.")
    expires_at: AwareDatetime | None = None
    grants: list[NewGrant] = Field(default=[], description="Of a fine-grained token.")
    expires_in_days: Annotated[int | None, Field(ge=1, le=3650)] = None


@router.get("/api/admin/users")
def list_users(actor: Caller) -> list[dict[str, Any]]:
    access_admin(actor)
    with db.reading() as session:
        return [wire.user(owner) for owner in session.exec(select(Owner).order_by(Owner.name_key))]


@router.post("/api/admin/users", status_code=201)
def add_user(actor: Caller, body: NewUser) -> dict[str, Any]:
    access_admin(actor)
    with db.writing() as session:
        made = owners.create_user(session, body.name, body.role)
        audit.record(session, actor, "user.create", ("user", made.name), None, {"role": made.role})
        return wire.user(made)


@router.post("/api/admin/users/{name}/link", status_code=201)
def make_link(actor: Caller, name: Segment) -> dict[str, Any]:
    """A one-time link with which they set a password; an earlier one no longer works."""
    access_admin(actor)
    with db.writing() as session:
        owner = access_account(session, actor, name)
        link, expires = signin.make_link(session, owner)
        audit.record(session, actor, "user.link", ("user", owner.name), None, {"until": expires})
    return {"name": owner.name, "link": link, "expiresAt": wire.when(expires)}


@router.get("/api/sessions")
def list_sessions(actor: Caller) -> list[dict[str, Any]]:
    """Browsers in which one is signed in, the last used first."""
    with db.reading() as session:
        return [wire.browser_session(row) for row in sessions.sessions_of(session, access_self(actor).owner_id)]


@router.delete("/api/sessions/{session_id}")
def end_session(actor: Caller, session_id: int) -> dict[str, Any]:
    """Signs that browser out."""
    with db.writing() as session:
        me = access_account(session, actor)
        assert me.id is not None
        if not sessions.end(session, me.id, session_id):
            raise NotFound("There is no such session.")
    return {"id": session_id, "ended": True}


@router.get("/api/tokens")
def list_tokens(actor: Caller) -> list[dict[str, Any]]:
    """One's own, newest first, without what opens anything."""
    with db.reading() as session:
        own = select(Token).where(Token.owner_id == access_self(actor).owner_id).order_by(col(Token.id).desc())
        return [_token(session, token) for token in session.exec(own)]


@router.post("/api/tokens", status_code=201)
def new_token(actor: Caller, body: NewToken, request: Request) -> dict[str, Any]:
    """A new token; its text is in this answer and never again."""
    with db.writing() as session:
        owner = access_account(session, actor, body.owner)
        limits.take_token(session, str(actor.owner_id), request.client.host if request.client else "")
        expires = body.expires_at
        if body.expires_in_days:
            expires = now() + dt.timedelta(days=body.expires_in_days)
        given: tuple[Grant, ...] = ()
        if body.scope == TokenScope.FINE_GRAINED:
            holder = Actor(owner.id, owner.name, owner.role, TokenScope.WRITE)
            given = grants.read(session, holder, [(grant.on, grant.permission) for grant in body.grants])
        token, text = owners.issue_token(session, owner, body.name, body.scope, expires, given)
        if owner.id != actor.owner_id:
            about = {"number": token.id, "name": body.name, "scope": body.scope, "until": expires}
            audit.record(session, actor, "token.create", ("user", owner.name), None, about)
        return _token(session, token) | {"owner": owner.name, "token": text}


@router.delete("/api/tokens/{token_id}")
def revoke_token(actor: Caller, token_id: int) -> dict[str, Any]:
    """Opens nothing from the next request on. A token may revoke itself, whatever its scope."""
    with db.writing() as session:
        token = session.get(Token, token_id)
        theirs = token is not None and not actor.anonymous and (actor.admin or token.owner_id == actor.owner_id)
        if token is None or not theirs:
            access_self(actor)
            raise NotFound("There is no such token.", hint="List yours: `demodock token ls`.")
        if token.id != actor.token_id:
            access_account(session, actor)
        owners.revoke_token(session, token)
        if token.owner_id != actor.owner_id:
            about = {"number": token.id, "name": token.name, "scope": token.scope}
            audit.record(session, actor, "token.revoke", ("user", session.get_one(Owner, token.owner_id).name), about)
        return wire.token(token)


# -- private --------------------------------------------------------------------------------------


def _token(session: Session, token: Token) -> dict[str, Any]:
    return wire.token(token) | {"grants": grants.described(session, GRANTS.validate_json(token.grants))}
