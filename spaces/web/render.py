"""Draws pages, and what goes wrong on the way to one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio.to_thread
import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from spaces import health, names
from spaces.api.envelope import headers_of
from spaces.errors import DemodockError, Moved
from spaces.settings import get_settings
from spaces.web import assets, formats, stages
from spaces.web.agents import agent_name
from spaces.web.language import OWN_NAMES, Language, phrase, tag
from spaces.web.policy import policy
from spaces.web.problems import told
from spaces.web.said import coded, said
from spaces.web.visitors import NOBODY, THEMES, Visitor, remember_choices, stranger_of, visitor_of
from spaces.web.words import WORDS

HERE = Path(__file__).parent


class PageRoute(APIRoute):
    """Routes of pages: their errors are pages too, and who is not signed in is led there and back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except Moved:
                raise  # the application leads on to its name of today
            except DemodockError as error:
                return await anyio.to_thread.run_sync(problem_page, request, error)

        return shown


def page(
    template: str, visitor: Visitor, status: int = 200, *, frames: Sequence[str] = (), **values: object
) -> HTMLResponse:
    """The page `template`; what people typed is escaped by it. `frames`: origins of the Spaces that it shows."""
    response = HTMLResponse(draw(template, visitor.language, **_surroundings(visitor) | values), status)
    response.headers["Content-Security-Policy"] = policy(frames)
    # Not `no-referrer`: browsers would then hide the Origin of our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Language"] = tag(visitor.language)
    response.headers["Vary"] = "Accept-Language, Cookie"
    remember_choices(response, visitor)
    return response


def draw(template: str, language: Language, /, **values: object) -> str:
    """What `template` makes of `values`, in that language: for what is put into a page that is already shown."""
    return _environments[language].get_template(template).render(values)


def say(language: Language, key: str, /, **values: object) -> str:
    """A sentence of the pages."""
    return phrase(WORDS, key, language, **values)


def complaint(error: DemodockError, visitor: Visitor, about: str = "") -> dict[str, str]:
    """`error` for a form that is shown again; `about` names the form where a page has several."""
    key = f"error.{error.code}"
    if key in WORDS:
        return {"about": about, "message": say(visitor.language, key), "hint": ""}
    return {
        "about": about,
        "message": said(error.message, visitor.language),
        "hint": said(error.hint, visitor.language),
    }


def problem_page(request: Request, error: DemodockError, known: bool = True) -> Response:
    """What could not be done, for whoever opened the address in a browser. Not `known`: nobody is asked who that is."""
    try:
        visitor = visitor_of(request) if known else stranger_of(request)
    except SQLAlchemyError:
        visitor, known = stranger_of(request), False
    if error.code == NOBODY and visitor.signed is None:
        back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(back)}", 303)
    about = {"problem": told(error, visitor.language), "number": error.status, "known": known}
    response = page("problem.html", visitor, error.status, **about)
    for name, value in headers_of(error).items():
        if name != "WWW-Authenticate":  # the browser would ask for a password in a window of its own
            response.headers.setdefault(name, value)
    return response


def trouble() -> str:
    """The part of the platform whose absence means most; empty where all are there."""
    return next(iter(health.watch.away), "")


# -- private --------------------------------------------------------------------------------------


def _surroundings(visitor: Visitor) -> dict[str, object]:
    """What every page knows beside its own values."""
    return {
        "actor": visitor.actor,
        "own": lambda do="": _own_fields(visitor, do),
        "here": visitor.here,
        "path": visitor.path,
        "theme": visitor.theme,
        "languages": [(visitor.here(**{names.PARAMETER_LANGUAGE: one}), one, name) for one, name in OWN_NAMES.items()],
        "themes": [(visitor.here(**{names.PARAMETER_THEME: one}), one) for one in THEMES],
        "base_url": get_settings().base_url,
        "trouble": trouble(),
        "error": None,
        "done": "",
    }


def _own_fields(visitor: Visitor, do: str) -> Markup:
    """What each form of a person carries: that it is theirs, and which of a page's forms it is."""
    token = visitor.signed.form_token if visitor.signed else ""
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(names.FIELD_FORM_TOKEN, token) + (hidden.format("do", do) if do else Markup(""))


def _environment(language: Language) -> jinja2.Environment:
    """One a language: macros, too, speak it."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates" / "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= formats.filters(language) | {"agent": agent_name, "stage_query": stages.query}
    made.filters["coded"] = coded
    made.filters["said"] = lambda text: said(text or "", language)
    made.globals |= {
        "say": lambda key, **values: say(language, key, **values),
        "language": language,
        "lang": tag(language),
        "gap": "" if language == "zh" else " ",  # between sentences: full-width marks bring their own
        "tag_of": tag,
        "asset": assets.address,
        "version": names.VERSION,
    }
    return made


_environments: dict[Language, jinja2.Environment] = {"en": _environment("en"), "zh": _environment("zh")}
