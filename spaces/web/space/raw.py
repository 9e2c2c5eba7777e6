"""A file's bytes for the pages: pictures, sounds and films with their type, all else as `resolve` gives it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from spaces.access import Permission
from spaces.api.deps import FilePath, Segment
from spaces.api.downloads import deliver
from spaces.web.render import PageRoute
from spaces.web.space.place import Asked, every_kind, look
from spaces.web.visitors import Anybody

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PICTURES = {
    **{name: f"image/{name}" for name in "png gif webp avif bmp".split()},
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "ico": "image/x-icon",
    "svg": "image/svg+xml",
}
SOUNDS = {
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "flac": "audio/flac",
    "m4a": "audio/mp4",
    "opus": "audio/ogg",
}
FILMS = {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/mp4", "ogv": "video/ogg"}
MEDIA = PICTURES | SOUNDS | FILMS


@every_kind(router, "/raw/{rev}/{path:path}")
def raw(request: Request, visitor: Anybody, asked: Asked, rev: Segment, path: FilePath) -> Response:
    seen = look(visitor, asked, Permission.READ)
    return deliver(request, seen.number, rev, path, MEDIA)
