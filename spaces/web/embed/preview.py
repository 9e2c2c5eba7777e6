"""The picture that links to a Space are shown with: its title on its colors. How it stands is not in it, since others keep the
picture for weeks.
"""

from __future__ import annotations

import functools
import hashlib
import io
from collections.abc import Iterator

from fastapi import APIRouter, Request
from PIL import Image, ImageDraw
from starlette.responses import Response

from spaces import db
from spaces.api.deps import Segment
from spaces.web.embed import fonts
from spaces.web.embed.look import COLORS, look_at

router = APIRouter(include_in_schema=False)

SIZE = (1200, 630)
FRESH_SECONDS = 3600
MARGIN = 90
TITLE_SIZES = (104, 88, 72)
TITLE_LINES = 3
KEPT = 64
"""Pictures kept in memory: sites that preview a link ask several times."""


@router.get("/spaces/{owner}/{name}/preview.png")
def preview(request: Request, owner: Segment, name: Segment) -> Response:
    with db.reading() as session:
        look = look_at(session, owner, name)
    picture = draw(look.title, look.full_name, look.colors)
    tag = f'"{hashlib.sha256(picture).hexdigest()[:16]}"'
    headers = {
        "Cache-Control": f"public, max-age={FRESH_SECONDS}",
        "ETag": tag,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type="image/png", headers=headers)


@functools.lru_cache(KEPT)
def draw(title: str, name: str, colors: tuple[str, str]) -> bytes:
    """The PNG. A title whose letters no font here has gives way to the name, which is plain letters."""
    picture = _ground(*colors)
    pen = ImageDraw.Draw(picture)
    title = fonts.drawable(title) or name.partition("/")[2]
    size, lines = _fitted(pen, title)
    top = (SIZE[1] - len(lines) * size * 1.2) / 2 - 30
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * size * 1.2), line, "#ffffff", fonts.of(line, size))
    pen.text((MARGIN, SIZE[1] - MARGIN - 22), name, "#ffffffd8", fonts.of(name, 38))
    mark = fonts.of("Demodock", 30)
    pen.text(
        (SIZE[0] - MARGIN - pen.textlength("Demodock", mark), SIZE[1] - MARGIN - 16), "Demodock", "#ffffffa8", mark
    )
    packed = io.BytesIO()
    picture.convert("RGB").save(packed, "PNG", optimize=True)
    return packed.getvalue()


# -- private --------------------------------------------------------------------------------------


def _ground(first: str, second: str) -> Image.Image:
    """From the dark shade of one color to that of the other, aslant."""
    side = sum(SIZE)
    slope = Image.linear_gradient("L").resize((side, side)).rotate(35, Image.Resampling.BICUBIC)
    left, top = (side - SIZE[0]) // 2, (side - SIZE[1]) // 2
    slope = slope.crop((left, top, left + SIZE[0], top + SIZE[1]))
    here, there = (Image.new("RGBA", SIZE, COLORS[color][1]) for color in (first, second))
    if first == second:
        there = Image.new("RGBA", SIZE, "#1f2937")
    return Image.composite(there, here, slope)


def _fitted(pen: ImageDraw.ImageDraw, text: str) -> tuple[int, list[str]]:
    """The largest size at which the text has few enough lines; the last one ends in … where none is small enough."""
    room = SIZE[0] - 2 * MARGIN
    lines: list[str] = []
    for size in TITLE_SIZES:
        lines = list(_lines(pen, text, size, room))
        if len(lines) <= TITLE_LINES:
            return size, lines
    last = lines[TITLE_LINES - 1]
    while last and pen.textlength(last + "…", fonts.of(last, size)) > room:
        last = last[:-1]
    return size, [*lines[: TITLE_LINES - 1], last.rstrip() + "…"]


def _lines(pen: ImageDraw.ImageDraw, text: str, size: int, room: int) -> Iterator[str]:
    """Broken between words, and within what is too long or has no blanks."""
    line = ""
    for word in _words(text):
        if line and pen.textlength((line + word).rstrip(), fonts.of(text, size)) > room:
            yield line.rstrip()
            line = ""
        line += word
    if line.strip():
        yield line.rstrip()


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        parts = [word[at : at + 14] for at in range(0, len(word), 14)] if word.isascii() else list(word)
        yield from (*parts[:-1], parts[-1] + " ")
