"""A file's bytes, on the Hub's path `/spaces/{owner}/{name}/resolve/{rev}/{path}`; datasets alike, models without the first
word.

The control host's own pages share this origin, so nothing from a repository may become a page, a script or a style:
text is `text/plain`, all else is a download, and a browser is told to guess nothing and to run nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from spaces import names
from spaces.access import Permission
from spaces.api import problems
from spaces.api.deps import Caller, FilePath, Kind, Segment, repository
from spaces.errors import EntryNotFound
from spaces.models import RepoKind
from spaces.repos import listing, revisions

router = APIRouter(tags=["files"])

PATIENCE = 300.0
"""Seconds that a client may take to read one piece."""
TEXT = {
    *"bash bat c cc cfg conf cpp css csv diff env go h hpp htm html ini ipynb java js json jsonl jsx kt less log lua".split(),
    *"md mdx mjs php pl po properties py pyi r rb rs rst scss sh sql srt svg tex toml ts tsv tsx txt vue xml yaml yml".split(),
}
"""Endings of files that are shown as text."""


@router.head("/{kind:kinds}/{owner}/{name}/resolve/{rev}/{path:path}", include_in_schema=False)
@router.get("/{kind:kinds}/{owner}/{name}/resolve/{rev}/{path:path}", response_class=Response)
def download(
    request: Request, kind: Kind, owner: Segment, name: Segment, rev: Segment, path: FilePath, actor: Caller
) -> Response:
    """The file as it is stored: a symlink's bytes are its target. Answers `Range` with one range, and `If-None-Match`."""
    return _download(request, repository(actor, kind, owner, name, Permission.READ).number, rev, path)


@router.head("/{owner}/{name}/resolve/{rev}/{path:path}", include_in_schema=False)
@router.get("/{owner}/{name}/resolve/{rev}/{path:path}", response_class=Response)
def download_of_model(
    request: Request, owner: Segment, name: Segment, rev: Segment, path: FilePath, actor: Caller
) -> Response:
    """The same of a model."""
    return _download(request, repository(actor, RepoKind.MODEL, owner, name, Permission.READ).number, rev, path)


# -- private


def _download(request: Request, number: int, rev: str, path: str) -> Response:
    sha = revisions.commit_at(number, rev)
    try:
        blob = listing.find_file(number, sha, path)
    except EntryNotFound as error:
        # Clients remember that this commit has no such file.
        answer = problems.respond(error)
        answer.headers[names.HEADER_REPO_COMMIT] = sha
        return answer
    etag = f'"{blob.oid}"'
    headers = _headers(path) | {names.HEADER_REPO_COMMIT: sha, "ETag": etag}
    if etag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range", "")
    if request.headers.get("if-range", etag) != etag:
        asked = ""
    part = _part(asked, blob.size)
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{blob.size}"})
    start, stop = part
    partial = (start, stop) != (0, blob.size)
    headers["Content-Length"] = str(stop - start)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{blob.size}"
    status = 206 if partial else 200
    if request.method == "HEAD" or start == stop:
        return Response(status_code=status, headers=headers)
    return _Patient(listing.stream(number, blob, start, stop), status, headers)


class _Patient(StreamingResponse):
    """Ends with a client that does not read on, and with it the git that reads for it."""

    def __init__(self, pieces: Iterable[bytes], status: int, headers: dict[str, str]) -> None:
        super().__init__(pieces, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def limited(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        with contextlib.suppress(ClientDisconnect, TimeoutError):
            await super().__call__(scope, receive, limited)


def _headers(path: str) -> dict[str, str]:
    name = PurePosixPath(path).name
    ending = PurePosixPath(path).suffix[1:].lower()
    is_text = not ending or ending in TEXT
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return {
        "Content-Type": "text/plain; charset=utf-8" if is_text else "application/octet-stream",
        "Content-Disposition": f'{"inline" if is_text else "attachment"}; filename="{plain}"; '
        f"filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
    }


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Which bytes a Range header asks for, from and up to; all where it asks for none, for several, or for nothing that we
    understand; None where there are no such bytes."""
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", asked.strip())
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        last = int(match[2])
        return (max(0, size - last), size) if last and size else None
    start, stop = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    if match[2] and int(match[2]) < start:
        return 0, size
    return (start, stop) if start < size else None
