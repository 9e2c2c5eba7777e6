"""Draws pages, and what goes wrong on the way to one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio.to_thread
import jinja2
from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute, APIRouter
from markupsafe import Markup
from starlette.responses import Response

from spaces import names
from spaces.api.envelope import headers_of
from spaces.errors import DemodockError, NotFound
from spaces.settings import get_settings
from spaces.web.agents import agent_name
from spaces.web.language import phrase, tag
from spaces.web.visitors import NOBODY, Visitor, remember_language, visitor_of
from spaces.web.words import WORDS

HERE = Path(__file__).parent

assets = APIRouter(include_in_schema=False)


class PageRoute(APIRoute):
    """Routes of pages: their errors are pages too, and who is not signed in is led there and back."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except DemodockError as error:
                return await anyio.to_thread.run_sync(problem_page, request, error)

        return shown


def page(template: str, visitor: Visitor, status: int = 200, **values: object) -> HTMLResponse:
    """The page `template`; what people typed is escaped by it."""
    other = "en" if visitor.language == "zh" else "zh"
    text = _templates.get_template(template).render(
        {
            "say": lambda key, **more: phrase(WORDS, key, visitor.language, **more),
            "lang": tag(visitor.language),
            "other_lang": tag(other),
            "switch": f"?{names.PARAMETER_LANGUAGE}={other}",
            "actor": visitor.actor,
            "own": lambda do="": _own_fields(visitor, do),
            "base_url": get_settings().base_url,
            "error": None,
            "done": "",
            **values,
        }
    )
    response = HTMLResponse(text, status)
    # Not `no-referrer`: browsers would then hide the Origin of our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Content-Language"] = tag(visitor.language)
    response.headers["Vary"] = "Accept-Language, Cookie"
    if visitor.chosen:
        remember_language(response, visitor.language)
    return response


def complaint(error: DemodockError, visitor: Visitor, about: str = "") -> dict[str, str]:
    """`error` for a form that is shown again; `about` names the form where a page has several."""
    key = f"error.{error.code}"
    if key in WORDS:
        return {"about": about, "message": phrase(WORDS, key, visitor.language), "hint": ""}
    return {"about": about, "message": error.message, "hint": error.hint}


def problem_page(request: Request, error: DemodockError) -> Response:
    """What a page's route could not do."""
    visitor = visitor_of(request)
    if error.code == NOBODY and visitor.signed is None:
        back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(back)}", 303)
    response = page("problem.html", visitor, error.status, error=complaint(error, visitor))
    for name, value in headers_of(error).items():
        if name != "WWW-Authenticate":  # the browser would ask for a password in a window of its own
            response.headers.setdefault(name, value)
    return response


@assets.get("/assets/{name}")
def asset(name: str) -> FileResponse:
    """A style sheet or picture of the pages."""
    if name not in _ASSETS:
        raise NotFound("There is no such file.")
    return FileResponse(HERE / "static" / name, headers={"Cache-Control": "public, max-age=600"})


# -- private --------------------------------------------------------------------------------------


def _own_fields(visitor: Visitor, do: str) -> Markup:
    """What each form of a person carries: that it is theirs, and which of a page's forms it is."""
    token = visitor.signed.form_token if visitor.signed else ""
    hidden = Markup('<input type="hidden" name="{}" value="{}">')
    return hidden.format(names.FIELD_FORM_TOKEN, token) + (hidden.format("do", do) if do else Markup(""))


def _moment(value: dt.datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M") if value else ""


_ASSETS = frozenset(path.name for path in (HERE / "static").iterdir())
_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates" / "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"moment": _moment, "agent": agent_name}
