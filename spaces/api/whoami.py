"""Who the caller is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import db, grants, organizations
from spaces.api.deps import Caller
from spaces.errors import Unauthorized
from spaces.hub import people, wire
from spaces.models import Profile, Token

router = APIRouter(tags=["people"])


@router.get("/api/whoami-v2")
def who_am_i(actor: Caller) -> dict[str, Any]:
    """The owner of the token, and what the token may do. An app learns no more than it was allowed."""
    if actor.anonymous:
        raise Unauthorized("Invalid user token.", hint="Send `Authorization: Bearer TOKEN`.")
    with db.reading() as session:
        token = session.get(Token, actor.token_id) if actor.token_id else None
        belongs = organizations.organizations_of(session, actor.owner_id)
        orgs = [people.membership(session, member, organization) for member, organization in belongs]
        given = grants.described(session, actor.grants or ())
        described = wire.whoami(actor, token, given, session.get(Profile, actor.owner_id), orgs)
    if token is not None and token.scopes is not None:
        allowed = token.scopes.split()
        if "email" not in allowed:
            described |= {"email": None, "emailVerified": False}
        if "read-memberships" not in allowed:
            described["orgs"] = []
    return described
