"""Who the caller is, and signing in: nothing more than showing that a token is good."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from spaces.access import Actor
from spaces.errors import Unauthorized
from spaces.modelscope.callers import SESSION_COOKIE, Caller
from spaces.modelscope.envelope import LegacyRoute, OpenRoute, done, legacy_done
from spaces.owners import authenticate
from spaces.settings import get_settings

router = APIRouter(prefix="/openapi/v1", tags=["people"], route_class=OpenRoute)
legacy_router = APIRouter(prefix="/api/v1", tags=["people"], route_class=LegacyRoute)


class Login(BaseModel):
    AccessToken: str = Field(repr=False)


@router.get("/users/me")
def describe_me(actor: Caller) -> dict[str, Any]:
    if actor.anonymous:
        raise Unauthorized("Nobody is signed in.", hint="Send a token.")
    return done({"id": str(actor.owner_id)} | dict.fromkeys(("username", "name", "preferred_username"), actor.name))


@legacy_router.post("/login")
def log_in(body: Login, response: Response) -> dict[str, Any]:
    """The token that came is also git's password and the session: clients keep it, and send it as a cookie from now on."""
    actor: Actor = authenticate(body.AccessToken.strip())
    secure = get_settings().base_url.startswith("https:")
    response.set_cookie(SESSION_COOKIE, body.AccessToken.strip(), httponly=True, samesite="strict", secure=secure)
    return legacy_done({"Username": actor.name, "Email": "", "AccessToken": body.AccessToken.strip()})
