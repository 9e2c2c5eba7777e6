"""A picture for everybody: the first letter of the name on a color made from it. Drawn from the name alone, so that it tells
nobody whether there is such an owner."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import Response

from spaces import names
from spaces.api.deps import Segment
from spaces.errors import NotFound

router = APIRouter(include_in_schema=False)

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl({},45%,42%)"/>'
    '<text x="32" y="43" font-family="sans-serif" font-size="32" fill="#fff" text-anchor="middle">{}</text></svg>'
)


@router.get("/avatars/{name}")
def avatar(name: Segment) -> Response:
    if not names.valid_name(name):
        raise NotFound("There is no such picture.")
    hue = int(hashlib.sha256(name.lower().encode()).hexdigest(), 16) % 360
    drawn = _SVG.format(hue, name[0].upper())
    return Response(str(drawn), media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
