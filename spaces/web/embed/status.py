"""How a Space stands, for pages of other sites: read by our web component, without any credentials."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from spaces import db, embedding
from spaces.errors import NotFound
from spaces.settings import get_settings
from spaces.web.embed.look import look_up

router = APIRouter(tags=["embedding"])

SHARED = {"Access-Control-Allow-Origin": "*", "Vary": "Origin"}


@router.get("/embed/status.json")
def status(request: Request, src: str) -> JSONResponse:
    """Of the Space `src` (`owner/name`, or an address of it): `allowed` tells whether a page of the asking origin may show it."""
    try:
        with db.reading() as session:
            look = look_up(session, src)
    except NotFound as error:
        # That page may read it. Nobody keeps it: the Space may be there, or public, the next moment.
        headers = SHARED | {"Cache-Control": "no-store"}
        return JSONResponse(error.problem(), error.status, headers, media_type=error.media_type)
    control = get_settings().origin
    answer: dict[str, Any] = {
        "name": look.full_name,
        "title": look.title,
        "state": look.state,
        "sdk": look.sdk,
        "app": look.app,
        "page": look.page,
        "allowed": embedding.allowed(look.sites, control, request.headers.get("origin", control)),
    }
    return JSONResponse(answer, headers=SHARED | {"Cache-Control": "public, max-age=5"})
