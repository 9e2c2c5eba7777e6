"""A badge for READMEs: a small picture that tells how a Space stands now. Who may not know of it sees what a missing one has."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Literal

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from spaces import db
from spaces.api.deps import Segment
from spaces.errors import NotFound
from spaces.web.embed.look import look_at
from spaces.web.language import Language
from spaces.web.render import say

router = APIRouter(include_in_schema=False)

FRESH_SECONDS = 30
"""How long others may show it without asking again."""
LABEL = "Demodock"
MISSING = "missing"
COLORS = {
    "running": "#15803d",
    "sleeping": "#4f5b76",
    "building": "#b45309",
    "starting": "#b45309",
    "paused": "#5f6672",
    "empty": "#5f6672",
    "failed": "#b91c1c",
    MISSING: "#5f6672",
}
"""White on each is at least 4.5 : 1."""


@router.get("/spaces/{owner}/{name}/badge.svg")
def badge(request: Request, owner: Segment, name: Segment, lang: Literal["en", "zh"] = "en") -> Response:
    """200 for a missing Space, too: proxies of pictures show nothing of an error."""
    try:
        with db.reading() as session:
            state = look_at(session, owner, name).state
    except NotFound:
        state = MISSING
    drawn = draw(state, lang)
    tag = f'"{hashlib.sha256(drawn.encode()).hexdigest()[:16]}"'
    headers = {
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
        "ETag": tag,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Language": lang,
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(drawn, media_type="image/svg+xml", headers=headers)


def draw(state: str, language: Language) -> str:
    """The SVG. Every text is given its width, so that it fits whatever font the viewer has."""
    told = say(language, f"embed.state.{state}")
    left, right = width(LABEL), width(told)
    sides = (left + 2 * _PAD, right + 2 * _PAD)
    return str(
        _SVG.format(
            told=told,
            label=LABEL,
            color=COLORS[state],
            whole=sum(sides),
            side=sides[0],
            left=left,
            right=right,
            at=_PAD,
            then=sides[0] + _PAD,
        )
    )


def width(text: str) -> int:
    """Pixels of `text` at 11 px in the sans-serif fonts that badges are drawn in."""
    return round(sum(_width_of(letter) for letter in text))


# -- private --------------------------------------------------------------------------------------

_PAD = 7
_NARROW, _WIDE = frozenset("fijlrtI.,:;'!|()[] -"), frozenset("mwMW@%")


def _width_of(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return 11
    return 4.4 if letter in _NARROW else 10.2 if letter in _WIDE else 7.9 if letter.isupper() else 6.7


_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" role="img" aria-label="{label}: {told}">'
    "<title>{label}: {told}</title>"
    '<rect width="{whole}" height="20" rx="4" fill="{color}"/>'
    '<path d="M4 0H{side}v20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z" fill="#30343d"/>'
    "<g fill=\"#fff\" font-size=\"11\" font-family=\"Verdana,Geneva,'DejaVu Sans','PingFang SC','Microsoft YaHei',sans-serif\">"
    '<text x="{at}" y="14" textLength="{left}" lengthAdjust="spacingAndGlyphs">{label}</text>'
    '<text x="{then}" y="14" textLength="{right}" lengthAdjust="spacingAndGlyphs">{told}</text></g></svg>'
)
