"""Static Spaces: files of a revision, served here without any instance."""

from __future__ import annotations

import asyncio
import email.utils
import mimetypes
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".htm": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml",
    ".onnx": "application/octet-stream",
}
"""What browsers insist on, whatever the host's own table of types says."""


async def serve(
    scope: Scope, receive: Receive, send: Send, root: Path, app_file: str, headers: Mapping[str, str]
) -> bool:
    """Answers from the files below `root`; False, with nothing sent, where there is no such file.

    The folder of `app_file` is the site's root, with the repository's own root behind it: a built site refers to its
    assets by absolute paths, a hand-written one may refer to files beside the built ones."""
    if scope["method"] not in ("GET", "HEAD"):
        await Response("", 405, {"Allow": "GET, HEAD"})(scope, receive, send)
        return True
    path = await asyncio.to_thread(find_file, root, app_file, scope["path"])
    if path is None:
        return False
    if path.is_dir():
        where = scope["path"].rsplit("/", 1)[-1] + "/"
        await RedirectResponse(f"./{where}" if where != "/" else "./", 308)(scope, receive, send)
        return True
    await (await asyncio.to_thread(_response, path, scope, headers))(scope, receive, send)
    return True


def find_file(root: Path, app_file: str, path: str) -> Path | None:
    """The file that `path` (decoded) names; a directory where the path lacks its slash at the end. Never leaves `root`,
    whatever the path spells or a link points at."""
    if "\0" in path or "\\" in path:
        return None
    parts = [part for part in PurePosixPath(path).parts if part.strip("/")]
    if ".." in parts or any(part.startswith(".git") for part in parts):
        return None
    real_root = root.resolve()
    site = root.joinpath(*PurePosixPath(app_file).parent.parts)
    for base in dict.fromkeys((site, root)):
        found = base.joinpath(*parts)
        if not parts and base == site:
            found = root / app_file
        try:
            real = found.resolve(strict=True)
        except (OSError, RuntimeError, ValueError):
            continue
        if not real.is_relative_to(real_root):
            continue
        if real.is_file():
            return real if not path.endswith("/") or not parts else None
        index = real / "index.html"
        if index.is_file() and index.resolve().is_relative_to(real_root):
            return index.resolve() if path.endswith("/") else real
    return None


def content_type(path: Path) -> str:
    return TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _response(path: Path, scope: Scope, headers: Mapping[str, str]) -> Response:
    stat = path.stat()
    tag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    every = {
        "ETag": tag,
        "Last-Modified": email.utils.formatdate(stat.st_mtime, usegmt=True),
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        **{name: value for name, value in headers.items() if value},
    }
    asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
    known = {part.strip().removeprefix("W/") for part in asked.get(b"if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(status_code=304, headers=every)
    return FileResponse(path, headers=every, media_type=content_type(path), stat_result=stat)
