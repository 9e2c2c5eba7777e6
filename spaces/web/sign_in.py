"""Pages: sign in, sign out, register, set a password by a one-time link."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from spaces import db, sessions, signin
from spaces.api.deps import Segment
from spaces.errors import DemodockError, Forbidden
from spaces.settings import get_settings
from spaces.web.render import PageRoute, complaint, page
from spaces.web.visitors import (
    Anybody,
    OpenForm,
    PersonalForm,
    Visitor,
    forget_session,
    local_path,
    remember_session,
)

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/login")
def sign_in_page(visitor: Anybody, next: str = "/") -> Response:
    if visitor.signed:
        return RedirectResponse(local_path(next), 303)
    return _sign_in_page(visitor, next)


@router.post("/login")
def sign_in(form: OpenForm) -> Response:
    back = form.text("next")
    try:
        secret = signin.sign_in(form.text("name"), form.secret("password"), form.visitor.browser)
    except DemodockError as error:
        return _sign_in_page(form.visitor, back, form.text("name"), error)
    return _welcome(secret, back)


@router.post("/logout")
def sign_out(form: PersonalForm) -> Response:
    assert form.actor.owner_id is not None
    with db.writing() as session:
        sessions.end(session, form.actor.owner_id, form.session.session_id)
    response = RedirectResponse("/", 303)
    forget_session(response)
    return response


@router.get("/signup")
def registration_page(visitor: Anybody, next: str = "/") -> Response:
    if not get_settings().registration:
        raise Forbidden("People do not register here by themselves.", hint="Ask an admin for a link.", code="no_signup")
    return _registration_page(visitor, next)


@router.post("/signup")
def register(form: OpenForm) -> Response:
    back = form.text("next")
    try:
        secret = signin.register(form.text("name"), form.secret("password"), form.visitor.browser)
    except DemodockError as error:
        return _registration_page(form.visitor, back, form.text("name"), error)
    return _welcome(secret, back)


@router.get("/login/link/{text}")
def link_page(visitor: Anybody, text: Segment) -> Response:
    """Looking uses nothing up: programs that preview links look too."""
    return page("link.html", visitor, name=signin.look_at_link(text).name)


@router.post("/login/link/{text}")
def use_link(form: OpenForm, text: Segment) -> Response:
    try:
        return _welcome(signin.use_link(text, form.secret("password"), form.visitor.browser), "/")
    except DemodockError as error:
        name = signin.look_at_link(text).name
        return page("link.html", form.visitor, error.status, name=name, error=complaint(error, form.visitor))


# -- private --------------------------------------------------------------------------------------


def _welcome(secret: str, back: str) -> Response:
    response = RedirectResponse(local_path(back), 303)
    remember_session(response, secret)
    return response


def _sign_in_page(visitor: Visitor, back: str, name: str = "", error: DemodockError | None = None) -> Response:
    return page(
        "sign_in.html",
        visitor,
        error.status if error else 200,
        next=local_path(back),
        name=name,
        registration=get_settings().registration,
        company=get_settings().oidc_name if get_settings().oidc_issuer else "",
        error=complaint(error, visitor) if error else None,
    )


def _registration_page(visitor: Visitor, back: str, name: str = "", error: DemodockError | None = None) -> Response:
    shown = complaint(error, visitor) if error else None
    return page("register.html", visitor, error.status if error else 200, next=local_path(back), name=name, error=shown)
