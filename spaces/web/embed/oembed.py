"""oEmbed (https://oembed.com): a site asks by a Space's address and gets what it needs to show the Space."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from spaces import db
from spaces.errors import BadRequest, NotOffered
from spaces.settings import get_settings
from spaces.web.embed import preview, snippets
from spaces.web.embed.look import Look, look_up

router = APIRouter(tags=["embedding"])

PATH = "/oembed"
FRESH_SECONDS = 300
TYPE = "application/json+oembed"


@router.get(PATH)
def oembed(
    url: str = "",
    maxwidth: int = Query(default=snippets.SIZE[0], ge=1, le=100_000),
    maxheight: int = Query(default=snippets.SIZE[1], ge=1, le=100_000),
    format: Literal["json", "xml"] = "json",
) -> JSONResponse:
    """By the address of a Space's page or app: `rich` with a frame, or `link` where the Space is shown on some sites only. A
    private Space is not found."""
    if format == "xml":
        raise NotOffered("oEmbed is answered as JSON.", hint="Ask with `format=json`.", code="format")
    if not url:
        raise BadRequest("Which Space?", hint="Ask with `url=` and the address of its page.", code="no_url")
    with db.reading() as session:
        look = look_up(session, url)
    answer = told(look, min(maxwidth, snippets.SIZE[0]), min(maxheight, snippets.SIZE[1]))
    headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS}", "Access-Control-Allow-Origin": "*"}
    return JSONResponse(answer, headers=headers)


def told(look: Look, width: int, height: int) -> dict[str, Any]:
    """The answer. Who asks is nobody in particular, so a Space for some sites is a link here."""
    settings = get_settings()
    answer: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": look.title,
        "author_name": look.owner,
        "author_url": f"{settings.base_url}/{look.owner}",
        "provider_name": "Demodock",
        "provider_url": settings.base_url,
        "cache_age": FRESH_SECONDS,
        "thumbnail_url": look.picture,
        "thumbnail_width": preview.SIZE[0],
        "thumbnail_height": preview.SIZE[1],
    }
    if look.sites is None:
        html = snippets.frame(look, width, height)
        answer |= {"type": "rich", "html": html, "width": width, "height": height}
    return answer


def discovery(page: str) -> str:
    """Where a site that was given the address of a Space's `page` asks."""
    return f"{get_settings().base_url}{PATH}?{urlencode({'url': page, 'format': 'json'})}"
