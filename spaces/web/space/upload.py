"""Uploading files in the browser: several in one commit, by choosing them or by dropping them on the page."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from spaces.api.deps import FilePath, Segment
from spaces.errors import BadRequest, DemodockError
from spaces.repos import rules
from spaces.repos.changes import Change, Put
from spaces.repos.disk import room
from spaces.settings import get_settings
from spaces.web.render import PageRoute, complaint
from spaces.web.space import committing, incoming
from spaces.web.space.edit import at_branch, direct
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, Seen, contribute, every_kind
from spaces.web.visitors import Form, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@every_kind(router, "/upload/{rev}")
def upload_page(visitor: SignedIn, asked: Asked, rev: Segment) -> Response:
    return upload_below(visitor, asked, rev, "")


@every_kind(router, "/upload/{rev}/{folder:path}")
def upload_below(visitor: SignedIn, asked: Asked, rev: Segment, folder: FilePath) -> Response:
    return _page(visitor, contribute(visitor, asked), rev, folder.strip("/"))


@every_kind(router, "/upload/{rev}/", methods=("POST",))
async def upload(request: Request, asked: Asked, rev: Segment) -> Response:
    """A script of ours, which shows how far it is, asks for JSON: the address to go on to, or what is wrong."""
    visitor = await incoming.visitor_behind(request)
    seen = await run_sync(contribute, visitor, asked)
    async with incoming.read_form(request, visitor) as form:
        return await run_sync(_commit, request, form, asked, seen, rev)


# -- private


def _commit(request: Request, form: Form, place: Place, seen: Seen, rev: str) -> Response:
    there = at_branch(seen, rev)
    folder = form.text("folder").strip("/")
    scripted = request.headers.get("accept", "").startswith("application/json")
    kept = Path(tempfile.mkdtemp(prefix="commit-", dir=get_settings().path("uploads", "any").parent))
    try:
        changes = _changes(form, folder, kept)
        count = len(changes)
        wish = committing.read_wish(form, f"Upload {changes[0].path}" if count == 1 else f"Upload {count} files")
        made = committing.commit(form.visitor, place, there, wish, changes, [])
    except DemodockError as error:
        if scripted:
            return JSONResponse(complaint(error, form.visitor), error.status)
        return _page(form.visitor, seen, rev, folder, error.status, error=complaint(error, form.visitor))
    finally:
        shutil.rmtree(kept, ignore_errors=True)
    where = committing.afterwards(seen, there, made, "", folder)
    return JSONResponse({"where": where}) if scripted else RedirectResponse(where, 303)


def _changes(form: Form, folder: str, kept: Path) -> list[Change]:
    """A file's name may hold folders: those that were dropped as a whole. Its bytes are on our disk until it is committed."""
    changes: dict[str, Change] = {}
    for number, file in enumerate(incoming.files_of(form, "files")):
        name = (file.filename or "").replace("\\", "/").lstrip("/")
        path = rules.check_path(f"{folder}/{name}" if folder else name)
        where = kept / str(number)
        with room(), where.open("wb") as copy:
            shutil.copyfileobj(file.file, copy)
        changes[path] = Put(path, where)
    if not changes:
        raise BadRequest("There is no file in it.", hint="Choose at least one.", code="no_files")
    return list(changes.values())


def _page(visitor: Visitor, seen: Seen, rev: str, folder: str, status: int = 200, **values: object) -> Response:
    there = at_branch(seen, rev)
    return draw(
        "space/upload.html",
        visitor,
        seen,
        "files",
        status,
        at=there,
        folder=folder,
        act=seen.to("upload", rev) + "/",
        direct=direct(seen, there),
        limit=get_settings().push_limit,
        **values,
    )
