"""What pages ask for: who looks at them in which language, and what a form of ours brought.

`SignedIn` and `PersonalForm` are the only ways to act as somebody, and both have been checked when a route gets them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

import anyio.to_thread
from fastapi import Depends, Request, Response
from starlette.datastructures import FormData

from spaces import names
from spaces.access import ANONYMOUS, Actor
from spaces.api import browsers
from spaces.errors import BadRequest, Unauthorized
from spaces.sessions import SignedIn as Session
from spaces.settings import get_settings
from spaces.signin import Browser
from spaces.web.language import Language, choose_language

FIELDS = 40
FIELD_LENGTH = 10_000
NOBODY = "sign_in"
"""The code of the error that leads to the sign-in page."""
CHOICE_SECONDS = 365 * 86400
"""How long a browser remembers a language or a theme."""
THEMES = ("auto", "light", "dark")
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True)
class Visitor:
    """How to speak to whoever looks at a page."""

    signed: Session | None
    language: Language
    theme: Theme
    chosen: frozenset[str]
    """The parameters with which they chose a language or a theme just now: it is to be remembered."""
    path: str
    query: tuple[tuple[str, str], ...]
    browser: Browser

    @property
    def actor(self) -> Actor:
        return self.signed.actor if self.signed else ANONYMOUS

    def here(self, **changed: str) -> str:
        """The query of this page with some parameters changed; an empty value takes one out."""
        pairs = [(name, value) for name, value in self.query if name not in changed]
        return "?" + urlencode(pairs + [(name, value) for name, value in changed.items() if value])


@dataclass(frozen=True)
class Form:
    """What a page of ours sent."""

    visitor: Visitor
    fields: FormData

    def text(self, name: str) -> str:
        """A field, without blanks around it."""
        return self.secret(name).strip()

    def secret(self, name: str) -> str:
        """A field exactly as it was typed."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """A field that a page of ours filled with a number; raises BadRequest."""
        text = self.text(name)
        if not re.fullmatch(r"[0-9]{1,15}", text):
            raise BadRequest("This form is damaged.", hint="Load the page again.")
        return int(text)

    @property
    def session(self) -> Session:
        """Whoever sent it; PersonalForm has made sure that there is somebody."""
        if self.visitor.signed is None:
            raise _nobody()
        return self.visitor.signed

    @property
    def actor(self) -> Actor:
        return self.session.actor


def visitor_of(request: Request) -> Visitor:
    """The visitor behind a request."""
    return _visitor(request, browsers.signed_in(request.headers))


def stranger_of(request: Request) -> Visitor:
    """The same without asking who it is: their language and their theme are theirs all the same."""
    return _visitor(request, None)


def local_path(text: str) -> str:
    """`text` where it is a path of ours, else the landing page: nobody is sent elsewhere by a link to the sign-in page."""
    return text if re.fullmatch(r"/(?!/)[\x21-\x5b\x5d-\x7e]{0,2000}", text) else "/"


def remember_session(response: Response, secret: str) -> None:
    """Lets the browser keep a session."""
    settings = get_settings()
    response.set_cookie(
        names.session_cookie(settings.secure, settings.port),
        secret,
        max_age=settings.session_lifetime,
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def forget_session(response: Response) -> None:
    settings = get_settings()
    response.delete_cookie(
        names.session_cookie(settings.secure, settings.port), secure=settings.secure, httponly=True, samesite="lax"
    )


def remember_choices(response: Response, visitor: Visitor) -> None:
    """Lets the browser keep the language and the theme that were chosen just now."""
    values = {names.PARAMETER_LANGUAGE: visitor.language, names.PARAMETER_THEME: visitor.theme}
    for name in visitor.chosen:
        response.set_cookie(name, values[name], CHOICE_SECONDS, secure=get_settings().secure, samesite="lax")


def _visitor(request: Request, signed: Session | None) -> Visitor:
    asked = {name: request.query_params.get(name, "") for name in (names.PARAMETER_LANGUAGE, names.PARAMETER_THEME)}
    known = {name: value or request.cookies.get(name, "") for name, value in asked.items()}
    theme = known[names.PARAMETER_THEME]
    return Visitor(
        signed,
        choose_language(known[names.PARAMETER_LANGUAGE], request.headers.get("accept-language", "")),
        theme if theme in THEMES else "auto",  # type: ignore[arg-type]
        frozenset(name for name, value in asked.items() if value in ("en", "zh", *THEMES)),
        request.url.path,
        tuple((name, value) for name, value in request.query_params.multi_items() if name not in asked),
        Browser(request.client.host if request.client else "", request.headers.get("user-agent", "")),
    )


def _signed_in(request: Request) -> Visitor:
    visitor = visitor_of(request)
    if visitor.signed is None:
        raise _nobody()
    return visitor


async def _open_form(request: Request) -> Form:
    browsers.require_own_origin(request.headers)
    fields = await request.form(max_files=0, max_fields=FIELDS, max_part_size=FIELD_LENGTH)
    return Form(await anyio.to_thread.run_sync(visitor_of, request), fields)


async def _personal_form(request: Request) -> Form:
    form = await _open_form(request)
    browsers.require_form_token(form.text(names.FIELD_FORM_TOKEN), form.session)
    return form


def _nobody() -> Unauthorized:
    return Unauthorized("Sign in first.", code=NOBODY)


Anybody = Annotated[Visitor, Depends(visitor_of)]
"""Whoever looks, signed in or not."""
SignedIn = Annotated[Visitor, Depends(_signed_in)]
"""Somebody who is signed in; others are led to the sign-in page."""
OpenForm = Annotated[Form, Depends(_open_form)]
"""A form of a page of ours that acts for nobody in particular: signing in, using a link."""
PersonalForm = Annotated[Form, Depends(_personal_form)]
"""A form of a page of ours that acts for whoever is signed in."""
