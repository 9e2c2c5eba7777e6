"""Who is calling: ModelScope's clients send the token in the Authorization header, in a cookie, or in both."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from spaces.access import Actor
from spaces.api.deps import caller

SESSION_COOKIE = "m_session_id"
_COOKIES = (SESSION_COOKIE, "modelscope_session")


def _current(request: Request) -> Actor:
    header = request.headers.get("authorization")
    if header is None and not _from_browser(request):
        token = next((request.cookies[name] for name in _COOKIES if request.cookies.get(name)), None)
        header = f"Bearer {token}" if token else None
    return caller(header)


def _from_browser(request: Request) -> bool:
    """A browser would send the cookie along with whatever the page of some Space asks it to do here."""
    return "origin" in request.headers or "sec-fetch-site" in request.headers


Caller = Annotated[Actor, Depends(_current)]
