"""Pages of the sign-in for apps: may this app know who you are, may this device act for you, and what you have allowed."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select
from starlette.responses import Response

from spaces import db, names
from spaces.errors import DemodockError, OAuthError
from spaces.models import BrowserSession, OAuthClient, OAuthConsent, Space
from spaces.moves import full_name
from spaces.oauth import authorize, clients, device, exchange
from spaces.oauth.authorize import Refused
from spaces.web.render import PageRoute, complaint, page
from spaces.web.visitors import Anybody, PersonalForm, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/oauth/authorize")
def consent_page(request: Request, visitor: Anybody) -> Response:
    """Asks the person, unless they have allowed the app all of this before."""
    try:
        with db.writing() as session:
            asked = authorize.read(session, visitor.actor, _parameters(request))
            if visitor.signed is None:
                if "none" in asked.prompt:
                    raise Refused(asked.refusal(OAuthError("Nobody is signed in.", code="login_required")))
                return RedirectResponse(f"/login?next={quote(_here(request))}", 303)
            authorize.check_member(session, visitor.actor, asked.client)
            if (
                authorize.consented(session, visitor.actor, asked.client, asked.scopes)
                and "consent" not in asked.prompt
            ):
                return _leave(request, visitor, _granted(session, visitor, asked))
            if "none" in asked.prompt:
                raise Refused(asked.refusal(OAuthError("The person must be asked.", code="consent_required")))
    except Refused as refused:
        return _leave(request, visitor, refused.where)
    return page(
        "consent.html",
        visitor,
        client=asked.client,
        scopes=asked.scopes,
        act=_here(request),
        switch=_here(request) + "&" + _switch(visitor),
    )


@router.post("/oauth/authorize")
def decide(request: Request, form: PersonalForm) -> Response:
    """The person's answer; what they were asked stands in the address, and is checked once more."""
    try:
        with db.writing() as session:
            asked = authorize.read(session, form.actor, _parameters(request))
            authorize.check_member(session, form.actor, asked.client)
            if form.text("do") != "allow":
                raise Refused(asked.refusal(OAuthError("The person said no.", code="access_denied")))
            authorize.remember(session, form.actor, asked.client, asked.scopes)
            where = _granted(session, form.visitor, asked)
    except Refused as refused:
        where = refused.where
    return _leave(request, form.visitor, where)


@router.get("/oauth/device")
def device_page(request: Request, visitor: Anybody, user_code: str = "") -> Response:
    """Asks for the code that a device shows."""
    if visitor.signed is None:
        return RedirectResponse(f"/login?next={quote(_here(request))}", 303)
    return page(
        "device.html",
        visitor,
        user_code=user_code[:20],
        grant=None,
        outcome="",
        switch=_device_switch(visitor, user_code),
    )


@router.post("/oauth/device/confirm")
def confirm_device(form: PersonalForm) -> Response:
    """First shows what the device would get, then does what the person says."""
    typed, act = form.text("user_code"), form.text("do")
    try:
        device.count_try(form.actor)
        with db.writing() as session:
            grant = device.waiting(session, typed)
            if act == "allow":
                device.allow(session, form.actor, grant)
            elif act == "deny":
                device.deny(session, grant)
    except DemodockError as error:
        shown = {"user_code": typed[:20], "grant": None, "outcome": ""}
        return page(
            "device.html",
            form.visitor,
            error.status,
            **shown,
            error=complaint(error, form.visitor),
            switch=_device_switch(form.visitor, ""),
        )
    outcome = {"allow": "device.allowed", "deny": "device.denied"}.get(act, "")
    shown = {"user_code": device.shown(grant.user_code or ""), "grant": None if outcome else grant, "outcome": outcome}
    return page(
        "device.html", form.visitor, **shown, scopes=grant.scopes.split(), switch=_device_switch(form.visitor, "")
    )


@router.get("/settings/applications")
def applications_page(visitor: SignedIn, done: str = "") -> Response:
    """What the person has allowed, and to whom."""
    with db.reading() as session:
        mine = select(OAuthConsent, OAuthClient).join(OAuthClient, col(OAuthClient.id) == OAuthConsent.client_id)
        rows = session.exec(mine.where(OAuthConsent.owner_id == visitor.actor.owner_id)).all()
        shown = [
            (client.id, _name(session, client), consent.scopes.split(), consent.allowed_at) for consent, client in rows
        ]
    return page("applications.html", visitor, applications=shown, done="forget" if done else "")


@router.post("/settings/applications")
def forget_application(form: PersonalForm) -> Response:
    """Takes back what was allowed; what the app holds opens nothing from now on."""
    assert form.actor.owner_id is not None
    with db.writing() as session:
        exchange.forget(session, form.actor.owner_id, form.number("id"))
    return RedirectResponse("/settings/applications?done=1", 303)


# -- private --------------------------------------------------------------------------------------


def _parameters(request: Request) -> list[tuple[str, str]]:
    """The request's, without our own choice of language."""
    return [pair for pair in request.query_params.multi_items() if pair[0] != names.PARAMETER_LANGUAGE]


def _here(request: Request) -> str:
    return f"{request.url.path}?{urlencode(_parameters(request))}"


def _switch(visitor: Visitor) -> str:
    return urlencode({names.PARAMETER_LANGUAGE: "en" if visitor.language == "zh" else "zh"})


def _device_switch(visitor: Visitor, user_code: str) -> str:
    return f"/oauth/device?{urlencode({'user_code': user_code[:20]})}&{_switch(visitor)}"


def _granted(session: Session, visitor: Visitor, asked: authorize.Request) -> str:
    assert visitor.signed is not None
    opened = session.get_one(BrowserSession, visitor.signed.session_id)
    return authorize.grant(session, visitor.actor, asked, opened.created_at)


def _leave(request: Request, visitor: Visitor, where: str) -> Response:
    """Sends the browser back to the app. After a form of ours it takes a page between: browsers hold the redirects that
    follow a form to our `form-action`, and this one leads elsewhere."""
    if request.headers.get("sec-fetch-site") != "same-origin":
        return RedirectResponse(where, 303)
    return page("leaving.html", visitor, where=where)


def _name(session: Session, client: OAuthClient) -> str:
    space = session.get(Space, client.space_id) if client.space_id else None
    return full_name(session, space) if space else clients.COMMAND_LINE_NAME
