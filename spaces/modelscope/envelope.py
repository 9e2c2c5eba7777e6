"""How answers and errors look to ModelScope's clients: one form under `/openapi/v1`, another under the older `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.responses import Response

from spaces.api.envelope import headers_of
from spaces.api.problems import malformed
from spaces.errors import Conflict, DemodockError
from spaces.repositories import RepositoryExists

DUPLICATE = "duplicate"
"""Code of a conflict that says: this is there already."""

_DUPLICATES = (DUPLICATE, RepositoryExists.code)
_WORDS = {
    400: (400, "InputParameterError"),
    401: (401, "InvalidAuthentication"),
    403: (403, "OperationNotAllowed"),
    404: (404, "ResourceNotFound"),
    409: (400, "InputParameterError"),
    412: (400, "InputParameterError"),
    413: (413, "InputParameterError"),
    422: (400, "InputParameterError"),
    503: (503, "ServiceUnavailable"),
    507: (403, "QuotaLimitExceed"),
}
"""Our status as theirs, with its code. A 409 would mean to them that something is there already; after a 5xx they try for
minutes, and a full disk is not worth it."""
_RACED = 10030000001
"""Code after which their clients try a commit again."""


class OpenRoute(APIRoute):
    """A route under `/openapi/v1`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return _guarded(super().get_route_handler(), open_error)


class LegacyRoute(APIRoute):
    """A route under `/api/v1`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return _guarded(super().get_route_handler(), legacy_error)


def done(data: Any = None) -> dict[str, Any]:
    """An answer under `/openapi/v1`."""
    return {"success": True, "data": {} if data is None else data}


def legacy_done(data: Any = None) -> dict[str, Any]:
    """An answer under `/api/v1`."""
    return {"Code": 200, "Message": "success", "Success": True, "Data": {} if data is None else data}


def open_error(error: DemodockError) -> tuple[int, dict[str, Any]]:
    """Status and body of an error under `/openapi/v1`."""
    status, code = words(error)
    return status, {"success": False, "code": code, "message": _text(error)}


def legacy_error(error: DemodockError) -> tuple[int, dict[str, Any]]:
    """Status and body of an error under `/api/v1`."""
    status, _ = words(error)
    code = _RACED if error.status == 412 else status
    return status, {"Code": code, "Message": _text(error), "Success": False, "Data": None}


def words(error: DemodockError) -> tuple[int, str]:
    """Status and code of an error as their clients know them."""
    if isinstance(error, Conflict) and error.code in _DUPLICATES:
        return 409, "DuplicateEntity"
    return _WORDS.get(error.status, (error.status, "InternalServerError"))


# -- private --------------------------------------------------------------------------------------


def _guarded(
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
    say: Callable[[DemodockError], tuple[int, dict[str, Any]]],
) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except DemodockError as raised:
            error = raised
        except RequestValidationError as raised:
            error = malformed(raised)
        status, body = say(error)
        headers = {name: value for name, value in headers_of(error).items() if name != "Content-Type"}
        return JSONResponse(body, status, headers)

    return answer


def _text(error: DemodockError) -> str:
    return f"{error.message} {error.hint}".strip()
