"""Who the caller is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import db
from spaces.api.deps import Caller
from spaces.errors import Unauthorized
from spaces.hub import wire
from spaces.models import Token

router = APIRouter(tags=["people"])


@router.get("/api/whoami-v2")
def who_am_i(actor: Caller) -> dict[str, Any]:
    """The owner of the token, and what the token may do."""
    if actor.anonymous:
        raise Unauthorized("Invalid user token.", hint="Send `Authorization: Bearer TOKEN`.")
    with db.reading() as session:
        return wire.whoami(actor, session.get(Token, actor.token_id) if actor.token_id else None)
