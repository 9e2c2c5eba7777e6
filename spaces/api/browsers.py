"""Requests of browsers: the session's cookie, and what keeps other sites' pages from using it.

A browser sends the cookie along with whatever any page makes it send. So a request that changes something counts only
where the Origin header, which pages cannot set, names the control host; forms carry the session's form token besides.
Requests with an Authorization header need neither: no page of another origin can send one here.
"""

from __future__ import annotations

import hmac
import re

from starlette.datastructures import Headers

from spaces import names, sessions
from spaces.errors import Forbidden
from spaces.sessions import SignedIn
from spaces.settings import get_settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""What a page of any origin may send without asking."""
_PROGRAMS = re.compile(r"^/(api|openapi|lfs|assets|avatars)/|/info/(refs|lfs)")
"""Addresses that are not for reading, whoever opens them."""


def wants_page(headers: Headers, path: str) -> bool:
    """True where somebody opened the address in a browser, so that what goes wrong is shown as a page. Programs say that they
    take anything, or JSON."""
    return "text/html" in headers.get("accept", "") and not _PROGRAMS.search(path)


def signed_in(headers: Headers) -> SignedIn | None:
    """Whose browser sent this; None: nobody's who is signed in."""
    values = cookie_values(headers)
    return sessions.find(values) if values else None


def cookie_values(headers: Headers) -> list[str]:
    """Every value of the session's cookie: one, unless somebody added more for our parent domain."""
    settings = get_settings()
    wanted = names.session_cookie(settings.secure, settings.port)
    pairs = (pair.partition("=") for line in headers.getlist("cookie") for pair in line.split(";"))
    return [value.strip() for name, _, value in pairs if name.strip() == wanted and value.strip()]


def check_origin(method: str, headers: Headers) -> None:
    """Raises Forbidden for a change that a signed-in browser was made to send by a page that is not ours."""
    if method not in SAFE_METHODS and "authorization" not in headers and cookie_values(headers):
        require_own_origin(headers)


def require_own_origin(headers: Headers) -> None:
    """Raises Forbidden where no page of the control host sent this."""
    own = get_settings().origin
    if headers.get("origin", "").lower() != own:
        raise Forbidden(
            "This form was not sent from a page of ours.", hint=f"Open {own} and try again.", code="cross_site"
        )


def check_form(method: str, headers: Headers, signed: SignedIn) -> None:
    """Raises Forbidden for a form at an address that takes no forms, unless a header carries the form token."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method not in SAFE_METHODS and kind in _FORMS:
        require_form_token(headers.get(names.HEADER_FORM_TOKEN, ""), signed)


def require_form_token(text: str, signed: SignedIn) -> None:
    """Raises Forbidden where the form is not of this session."""
    if not hmac.compare_digest(text.encode(), signed.form_token.encode()):
        raise Forbidden("This page is out of date.", hint="Load it again, then send it again.", code="stale_form")
