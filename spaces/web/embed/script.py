"""Our web component's script, which pages of other sites load: one file without dependencies, the same for everybody."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from spaces.web import assets
from spaces.web.embed.snippets import SCRIPT_PATH

router = APIRouter(include_in_schema=False)


@router.get(SCRIPT_PATH)
def script(request: Request, v: str = "") -> Response:
    """Version 1: a later script goes on to understand what pages hold that were written for it."""
    response = assets.asset(request, "embed.js", v)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
