"""The way into a private Space: from the session on the control host to a sign for the Space's gate.

A browser that comes here from a Space's host learns no more than from that host itself: who is not signed in is asked to
sign in, whatever the address, and who may not visit is told that there is no Space.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from spaces import db, names, passes
from spaces.access import access_space_at
from spaces.models import Space, Visibility
from spaces.settings import get_settings
from spaces.web.render import PageRoute, page
from spaces.web.visitors import Anybody, Visitor, local_path

router = APIRouter(route_class=PageRoute, include_in_schema=False)


def way_in(space: Space) -> str:
    """The link to a Space's app that works for everybody who may visit it."""
    if space.visibility == Visibility.PRIVATE:
        return f"{names.ENTER_PATH}?{urlencode({'to': space.subdomain})}"
    return get_settings().space_url(space.subdomain) + "/"


def signed_address(session: Session, visitor: Visitor, space: Space, path: str = "/") -> str:
    """Where `path` of a private Space opens, once, for a visitor who was seen to be let in."""
    assert visitor.signed is not None
    sign = passes.issue(session, visitor.actor, space, session_id=visitor.signed.session_id)
    where = get_settings().space_url(space.subdomain) + path
    return where + ("&" if "?" in path else "?") + urlencode({names.PARAMETER_SIGN: sign})


@router.get(names.ENTER_PATH)
def enter(visitor: Anybody, to: str = "", path: str = "/", signed_in: bool = False) -> Response:
    """Leads on to the Space at the subdomain `to`; `path` is where in it. After a sign-in by a page: a form of ours leads to
    no other host, not even by redirects."""
    path = local_path(path)
    if visitor.signed is None:
        back = f"{names.ENTER_PATH}?{urlencode({'to': to, 'path': path, 'signed_in': 1})}"
        return RedirectResponse(f"/login?next={quote(back)}", 303)
    with db.writing() as session:
        space = access_space_at(session, visitor.actor, to)
        where = get_settings().space_url(space.subdomain) + path
        if space.visibility == Visibility.PRIVATE:
            where = signed_address(session, visitor, space, path)
    if not signed_in:
        return RedirectResponse(where, 303, {"Referrer-Policy": "no-referrer"})
    response = page("enter.html", visitor, where=where)
    response.headers["Refresh"] = f"0; url={where}"
    return response
