"""Style sheets, scripts and pictures of the pages, held in memory. An address that carries the hash of its content is kept by
browsers for good; a changed file has another address."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from spaces.errors import NotFound

router = APIRouter(include_in_schema=False)

HERE = Path(__file__).parent / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Asset:
    content: bytes
    packed: bytes
    """The same, compressed with gzip."""
    version: str
    media_type: str


def address(name: str) -> str:
    """The URL path of a file below `static`, for good. Raises KeyError for one that is not there."""
    return f"/assets/{name}?v={_ASSETS[name].version}"


@router.get("/assets/{name:path}")
def asset(request: Request, name: str, v: str = "") -> Response:
    """A style sheet, script or picture of the pages."""
    found = _ASSETS.get(name)
    if found is None:
        raise NotFound("There is no such file.")
    lasts = "max-age=31536000, immutable" if v == found.version else "max-age=600"
    headers = {"Cache-Control": f"public, {lasts}", "ETag": f'"{found.version}"', "Vary": "Accept-Encoding"}
    if f'"{found.version}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", "") and len(found.packed) < len(found.content):
        return Response(found.packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)


# -- private


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    version = hashlib.sha256(content).hexdigest()[:16]
    return Asset(content, gzip.compress(content, mtime=0), version, _KINDS[path.suffix])


_ASSETS = {str(path.relative_to(HERE)): _read(path) for path in sorted(HERE.rglob("*")) if path.suffix in _KINDS}
