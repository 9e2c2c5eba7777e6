"""Pages: leaving for the company's provider, and coming back from it."""

from __future__ import annotations

import hmac
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import Response

from spaces import db, limits, names, sessions
from spaces.access import access_account
from spaces.company import accounts, provider
from spaces.errors import Unauthorized
from spaces.models import Owner
from spaces.settings import get_settings
from spaces.web.render import PageRoute, page
from spaces.web.visitors import Anybody, PersonalForm, Visitor, local_path, remember_session

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SECONDS = 600
"""Longest time between leaving and coming back."""


@router.get("/login/company")
def leave(visitor: Anybody, next: str = "/") -> Response:
    """Off to the provider, to sign in."""
    if visitor.signed:
        return RedirectResponse(local_path(next), 303)
    errand = provider.new_errand()
    response = RedirectResponse(provider.address(errand), 303)
    _remember(response, errand, next=local_path(next))
    return response


@router.post("/login/company/connect")
def connect(form: PersonalForm) -> Response:
    """Off to the provider, to connect its account with one's own. By a form of ours, so that nobody else's page connects
    their account with mine; and over a page between, since browsers hold a form's redirects to our own site."""
    with db.reading() as session:
        access_account(session, form.actor)
    errand = provider.new_errand()
    response = page("leaving.html", form.visitor, where=provider.address(errand))
    _remember(response, errand, next="/settings?done=connect#connect", owner=form.actor.owner_id)
    return response


@router.get(provider.CALLBACK)
def come_back(
    request: Request,
    visitor: Anybody,
    state: str = "",
    code: str = "",
    error: str = "",
    iss: str | None = None,
) -> Response:
    """The provider's answer counts only in the browser that left, and once."""
    kept = _kept(request)
    errand = provider.Errand(kept["state"], kept["nonce"], kept["verifier"])
    if not hmac.compare_digest(state.encode(), errand.state.encode()):
        raise _lost()
    if error or not code:
        raise Unauthorized("The company's provider did not let you in.", hint="Try again.", code="company_refused")
    with db.writing() as session:
        limits.take(session, limits.SIGN_IN_ADDRESS, visitor.browser.address)
    claims = provider.claims_for(code, errand, iss)
    response = RedirectResponse(str(kept["next"]), 303)
    response.delete_cookie(_cookie(), secure=get_settings().secure, httponly=True, samesite="lax")
    if "owner" in kept:
        _connect(visitor, kept["owner"], claims)
        return response
    with db.writing() as session:
        owner = accounts.account_of(session, claims)
        limits.give_back(session, limits.SIGN_IN_ADDRESS, visitor.browser.address)
        secret = sessions.open_session(session, owner, visitor.browser.agent, visitor.browser.address)
    remember_session(response, secret)
    return response


# -- private --------------------------------------------------------------------------------------


def _connect(visitor: Visitor, owner_id: int, claims: dict[str, Any]) -> None:
    """Only for whoever left, still signed in."""
    if visitor.signed is None or visitor.actor.owner_id != owner_id:
        raise _lost()
    with db.writing() as session:
        accounts.connect(session, session.get_one(Owner, owner_id), claims)


def _remember(response: Response, errand: provider.Errand, **more: object) -> None:
    kept = _signer().dumps(asdict(errand) | more)
    secure = get_settings().secure
    response.set_cookie(_cookie(), kept, max_age=SECONDS, secure=secure, httponly=True, samesite="lax")


def _kept(request: Request) -> dict[str, Any]:
    try:
        return _signer().loads(request.cookies.get(_cookie(), ""), max_age=SECONDS)
    except BadSignature:
        raise _lost() from None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(get_settings().secret("errands-key"), salt="company")


def _cookie() -> str:
    settings = get_settings()
    return names.errand_cookie(settings.secure, settings.port)


def _lost() -> Unauthorized:
    return Unauthorized("This sign-in was begun elsewhere, or too long ago.", hint="Begin again.", code="company_lost")
