"""A file's bytes, on the Hub's path `/spaces/{owner}/{name}/resolve/{rev}/{path}`; datasets alike, models without the first
word.

The control host's own pages share this origin, so nothing from a repository may become a page, a script or a style:
text is `text/plain`, all else is a download, and a browser is told to guess nothing and to run nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from spaces import names
from spaces.access import Permission
from spaces.api import problems, ranges
from spaces.api.deps import Caller, FilePath, Kind, Segment, repository
from spaces.errors import EntryNotFound
from spaces.models import RepoKind
from spaces.repos import listing, revisions
from spaces.repos.lfs import blobs, view

router = APIRouter(tags=["files"])

TEXT = {
    *"bash bat c cc cfg conf cpp css csv diff env go h hpp htm html ini ipynb java js json jsonl jsx kt less log lua".split(),
    *"md mdx mjs php pl po properties py pyi r rb rs rst scss sh sql srt svg tex toml ts tsv tsx txt vue xml yaml yml".split(),
}
"""Endings of files that are shown as text."""
DRAWN = {"svg"}
"""Pictures that are documents as well: shown inside a page as pictures, and never opened by themselves."""


@router.head("/{kind:kinds}/{owner}/{name}/resolve/{rev}/{path:path}", include_in_schema=False)
@router.get("/{kind:kinds}/{owner}/{name}/resolve/{rev}/{path:path}", response_class=Response)
def download(
    request: Request, kind: Kind, owner: Segment, name: Segment, rev: Segment, path: FilePath, actor: Caller
) -> Response:
    """The file as it is stored: a symlink's bytes are its target, a git-lfs pointer's the file it stands for. Answers `Range` with one range, and `If-None-Match`."""
    return deliver(request, repository(actor, kind, owner, name, Permission.READ).number, rev, path)


@router.head("/{owner}/{name}/resolve/{rev}/{path:path}", include_in_schema=False)
@router.get("/{owner}/{name}/resolve/{rev}/{path:path}", response_class=Response)
def download_of_model(
    request: Request, owner: Segment, name: Segment, rev: Segment, path: FilePath, actor: Caller
) -> Response:
    """The same of a model."""
    return deliver(request, repository(actor, RepoKind.MODEL, owner, name, Permission.READ).number, rev, path)


def deliver(request: Request, number: int, rev: str, path: str, media: Mapping[str, str] | None = None) -> Response:
    """The bytes of a file behind the door. `media`: endings of pictures, sounds and films, which pages of ours show; each
    with its type."""
    sha = revisions.commit_at(number, rev)
    try:
        blob = listing.find_file(number, sha, path)
    except EntryNotFound as error:
        # Clients remember that this commit has no such file.
        answer = problems.respond(error)
        answer.headers[names.HEADER_REPO_COMMIT] = sha
        return answer
    headers = _headers(path, media or {}) | {names.HEADER_REPO_COMMIT: sha}
    large = view.of(number, blob)
    if large is None:
        headers["ETag"] = f'"{blob.oid}"'
        return ranges.answer(request, blob.size, headers, lambda start, stop: listing.stream(number, blob, start, stop))
    etag, size = f'"{large.oid}"', str(large.size)
    headers |= {"ETag": etag, names.HEADER_LINKED_ETAG: etag, names.HEADER_LINKED_SIZE: size}
    return ranges.answer(request, large.size, headers, lambda start, stop: blobs.stream(large.oid, start, stop))


# -- private


def _headers(path: str, media: Mapping[str, str]) -> dict[str, str]:
    name = PurePosixPath(path).name
    ending = PurePosixPath(path).suffix[1:].lower()
    is_text = ending not in media and (not ending or ending in TEXT)
    inline = is_text or (ending in media and ending not in DRAWN)
    plain = re.sub(r'[^\x20-\x7e]|["\\%]', "_", name)
    return {
        "Content-Type": "text/plain; charset=utf-8" if is_text else media.get(ending, "application/octet-stream"),
        "Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{plain}"; '
        f"filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
