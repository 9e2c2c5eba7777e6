"""Whatever goes wrong in a route, as problem+json with the headers that Hub clients read; in a browser, as a page."""

from __future__ import annotations

import re

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from spaces import links
from spaces.api import browsers
from spaces.api.envelope import headers_of
from spaces.errors import Busy, Conflict, DemodockError, Invalid, Moved, NotFound
from spaces.web.render import problem_page

LFS_TYPE = "application/vnd.git-lfs+json"

log = structlog.get_logger()

_LARGE_FILES = re.compile(r"^/lfs/|/info/lfs/")
_REPOSITORIES = re.compile(r"^/(api/)?(models|datasets|spaces)/|^/[^/]+/resolve/")


def install(app: FastAPI) -> None:
    """Makes `app` answer every failure this way."""
    app.add_exception_handler(DemodockError, _typed)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(OperationalError, _database)
    app.add_exception_handler(IntegrityError, _raced)
    app.add_exception_handler(UnicodeEncodeError, _half)


def respond(error: DemodockError) -> Response:
    """`error` as an HTTP response."""
    headers = headers_of(error)
    media_type = headers.pop("Content-Type")
    return JSONResponse(error.problem(), error.status, headers, media_type=media_type)


def malformed(error: RequestValidationError) -> Invalid:
    """Says where and what, and never repeats the value: it may be a secret."""
    faults = [{"where": ".".join(str(part) for part in fault["loc"]), "what": fault["msg"]} for fault in error.errors()]
    text = "; ".join(f"{fault['where']}: {fault['what']}" for fault in faults[:5])
    return Invalid("The request is not well-formed.", hint=text, code="malformed", errors=faults)


def _typed(request: Request, error: Exception) -> Response:
    assert isinstance(error, DemodockError)
    if isinstance(error, Moved) and (elsewhere := _renamed(request, error)):
        return RedirectResponse(elsewhere, 307)
    response = _answer(request, error)
    if _LARGE_FILES.search(request.url.path):
        # git-lfs shows a message in this type alone.
        body = error.problem() | {"message": error.problem()["error"]}
        headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
        return JSONResponse(body, error.status, headers, media_type=LFS_TYPE)
    return response


def _renamed(request: Request, error: Moved) -> str | None:
    """What was asked for under the repository's name of today."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    path = links.moved(raw.decode("latin-1").partition("?")[0], error.was, error.became)
    query = request.scope.get("query_string", b"").decode("latin-1")
    return f"{path}?{query}" if path and query else path


def _answer(request: Request, error: DemodockError) -> Response:
    return problem_page(request, error) if browsers.wants_page(request.headers, request.url.path) else respond(error)


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(request, malformed(error))


def _plain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and _REPOSITORIES.match(request.url.path):
        return _answer(request, NotFound("Repository not found.", hint="Check the spelling, and your token."))
    plain = DemodockError(str(error.detail), code="http")
    plain.status = error.status_code
    response = _answer(request, plain)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _database(request: Request, error: Exception) -> Response:
    log.warning("the database does not answer", error=type(error).__name__)
    return _answer(request, Busy("The database does not answer.", hint="Try again in a moment.", retry_after=5))


def _raced(request: Request, error: Exception) -> Response:
    log.warning("a row was written twice", error=type(error).__name__)
    return _answer(request, Conflict("Somebody did the same at the same moment.", hint="Look, and try again."))


def _half(request: Request, error: Exception) -> Response:
    """JSON can spell half of a surrogate pair, which no database, file or header can hold."""
    log.info("a text was no text", error=type(error).__name__)
    return _answer(request, Invalid("A text in the request holds what is no character.", hint="Send UTF-8 text."))
