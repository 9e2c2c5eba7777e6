"""Page: one's account. Profile, password, browsers signed in, access tokens. Each form says in `do` what it is for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import col, select
from starlette.responses import Response

from spaces import db, grants, limits, owners, sessions, signin
from spaces.access import access_account
from spaces.errors import DemodockError, Invalid, NotFound
from spaces.models import Identity, Owner, Password, Profile, Token
from spaces.models.grant import GRANTS
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.settings import get_settings
from spaces.web.render import PageRoute, complaint, page
from spaces.web.visitors import Form, PersonalForm, SignedIn, Visitor, remember_session

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DAYS = (7, 30, 90, 365)
"""How long a new token may live; it may also live until it is revoked."""


@router.get("/settings")
def account_page(visitor: SignedIn, done: str = "") -> Response:
    return _page(visitor, done=done if done in ACTS else "")


@router.post("/settings")
def change(form: PersonalForm) -> Response:
    act = form.text("do")
    try:
        if act not in ACTS:
            raise NotFound("There is no such form.", hint="Load the page again.")
        return ACTS[act](form) or RedirectResponse(f"/settings?done={act}#{act}", 303)
    except DemodockError as error:
        return _page(form.visitor, error.status, error=complaint(error, form.visitor, act))


# -- private --------------------------------------------------------------------------------------


def _change_profile(form: Form) -> None:
    full_name, email = form.text("full_name"), form.text("email")
    with db.writing() as session:
        owners.set_profile(session, _me(form), full_name, email)


def _change_password(form: Form) -> Response:
    secret = signin.change_password(_me(form), form.secret("current"), form.secret("password"), form.visitor.browser)
    response = RedirectResponse("/settings?done=password#password", 303)
    remember_session(response, secret)
    return response


def _end_session(form: Form) -> None:
    with db.writing() as session:
        sessions.end(session, _me(form), form.number("id"))


def _end_others(form: Form) -> None:
    with db.writing() as session:
        sessions.end_all(session, _me(form), but=form.session.session_id)


def _new_token(form: Form) -> Response:
    """The one answer that holds the token's text."""
    name, scope, days = form.text("name"), form.text("scope"), form.text("days")
    if not 1 <= len(name) <= 100:
        raise Invalid("A token needs a name of at most 100 characters.", hint="Say what it is for.", code="token_name")
    if scope not in tuple(TokenScope):
        raise Invalid("A token may read, or write.", hint="Choose one.")
    expires = now() + dt.timedelta(days=int(days)) if days in map(str, DAYS) else None
    with db.writing() as session:
        limits.take_token(session, str(_me(form)), form.visitor.browser.address)
        owner = access_account(session, form.actor)
        given = grants.read(session, form.actor, _pairs(form)) if scope == TokenScope.FINE_GRAINED else ()
        token, text = owners.issue_token(session, owner, name, TokenScope(scope), expires, given)
    return _page(form.visitor, fresh={"name": token.name, "text": text})


def _revoke_token(form: Form) -> None:
    with db.writing() as session:
        token = session.get(Token, form.number("id"))
        if token is None or token.owner_id != _me(form):
            raise NotFound("There is no such token.")
        owners.revoke_token(session, token)


ACTS: dict[str, Callable[[Form], Response | None]] = {
    "profile": _change_profile,
    "password": _change_password,
    "session": _end_session,
    "others": _end_others,
    "token": _new_token,
    "revoke": _revoke_token,
}


def _pairs(form: Form) -> list[tuple[str, str]]:
    """Lines such as `spaces/acme/demo write`."""
    parts = [line.split() for line in form.text("grants").splitlines() if line.strip()]
    return [(part[0], " ".join(part[1:])) for part in parts]


def _me(form: Form) -> int:
    assert form.actor.owner_id is not None
    return form.actor.owner_id


def _page(visitor: Visitor, status: int = 200, **values: object) -> Response:
    assert visitor.signed is not None and visitor.actor.owner_id is not None
    me = visitor.actor.owner_id
    with db.reading() as session:
        tokens = session.exec(
            select(Token)
            .where(Token.owner_id == me, col(Token.revoked_at).is_(None), col(Token.scopes).is_(None))
            .order_by(col(Token.id).desc())
        ).all()
        shown = {
            "owner": session.get_one(Owner, me),
            "profile": session.get(Profile, me) or Profile(owner_id=me),
            "has_password": session.get(Password, me) is not None,
            "sessions": sessions.sessions_of(session, me),
            "company": get_settings().oidc_name if get_settings().oidc_issuer else "",
            "connected": session.exec(
                select(Identity).where(Identity.owner_id == me, Identity.issuer == get_settings().oidc_issuer)
            ).first()
            is not None,
            "tokens": [
                (token, grants.described(session, GRANTS.validate_json(token.grants)))
                for token in tokens
                if token.expires_at is None or token.expires_at > now()
            ],
        }
    here = {"this_session": visitor.signed.session_id, "days": DAYS, "fresh": None}
    return page("account.html", visitor, status, **shown | here | values)
