"""Editing in the browser: a file's text or its name, a new file, a file that goes. Each is a commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from spaces.api.deps import FilePath, Segment
from spaces.errors import BadRequest, Conflict, DemodockError, EntryNotFound, StaleRevision
from spaces.repos import listing, rules, store
from spaces.repos.changes import Change, Put, Remove
from spaces.repos.lfs import view
from spaces.web.render import PageRoute, complaint
from spaces.web.space import committing, incoming, revision
from spaces.web.space.blob import EDITED
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, Seen, contribute, every_kind
from spaces.web.space.revision import At
from spaces.web.visitors import Form, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

RENAMED = 32 << 20
"""Bytes of a file that is no text and gets another name here; larger ones are moved with git."""


@dataclass(frozen=True)
class Draft:
    """What stands in the form."""

    path: str
    """As it is now; empty: a new file."""
    name: str
    """The path that it shall have."""
    text: str | None
    """None: it is no text, and can only be renamed or deleted."""
    parent: str
    title: str = ""
    description: str = ""
    conflict: str = ""
    """The commit that came in between."""


@every_kind(router, "/edit/{rev}/{path:path}")
def edit_page(visitor: SignedIn, asked: Asked, rev: Segment, path: FilePath) -> Response:
    seen = contribute(visitor, asked)
    there = at_branch(seen, rev)
    return _page(visitor, seen, there, Draft(path, path, _text(seen, there.commit, path), there.commit))


@every_kind(router, "/new/{rev}")
def new_page(visitor: SignedIn, asked: Asked, rev: Segment) -> Response:
    return new_below(visitor, asked, rev, "")


@every_kind(router, "/new/{rev}/{folder:path}")
def new_below(visitor: SignedIn, asked: Asked, rev: Segment, folder: FilePath, path: str = "") -> Response:
    """`path`: what the file may be called."""
    seen = contribute(visitor, asked)
    there = at_branch(seen, rev)
    name = path or (f"{folder.strip('/')}/" if folder.strip("/") else "")
    return _page(visitor, seen, there, Draft("", name[:4096], "", there.sha or ""))


@every_kind(router, "/edit/{rev}/{path:path}", methods=("POST",))
async def edit(request: Request, asked: Asked, rev: Segment, path: FilePath) -> Response:
    return await _take(request, asked, rev, path)


@every_kind(router, "/new/{rev}", methods=("POST",))
async def create(request: Request, asked: Asked, rev: Segment) -> Response:
    return await _take(request, asked, rev, "")


def at_branch(seen: Seen, rev: str) -> At:
    """The branch that a commit can be put on; raises BadRequest for what is none."""
    there = revision.at(seen, rev)
    if there.branch is None:
        raise BadRequest("Files are edited on a branch.", hint="Choose one, such as `main`.", code="no_branch")
    return there


def direct(seen: Seen, at: At) -> bool:
    """The visitor may commit to the branch itself; others propose."""
    return seen.writes or at.is_pull


# -- private


async def _take(request: Request, place: Place, rev: str, path: str) -> Response:
    visitor = await incoming.visitor_behind(request)
    seen = await run_sync(contribute, visitor, place)
    async with incoming.read_form(request, visitor) as form:
        return await run_sync(_commit, form, place, seen, rev, path)


def _commit(form: Form, place: Place, seen: Seen, rev: str, path: str) -> Response:
    there = at_branch(seen, rev)
    draft = _draft(form, path)
    try:
        do = ACTS.get(form.text("do"))
        if do is None:
            raise BadRequest("There is no such form.", hint="Load the page again.")
        changes, default = do(seen, there, draft)
        wish = committing.read_wish(form, default)
        touched = [change.path for change in changes]
        made = committing.commit(form.visitor, place, there, wish, changes, touched)
    except StaleRevision:
        draft = replace(draft, conflict=there.commit, parent=there.commit)
        return _page(form.visitor, seen, there, draft, 409)
    except DemodockError as error:
        return _page(form.visitor, seen, there, draft, error.status, error=complaint(error, form.visitor))
    stays = draft.name if form.text("do") == "save" else ""
    return RedirectResponse(committing.afterwards(seen, there, made, stays, path.rpartition("/")[0]), 303)


def _draft(form: Form, path: str) -> Draft:
    # browsers send CRLF for every end of a line
    text = form.secret("text").replace("\r\n", "\n") if "text" in form.fields else None
    wish = committing.read_wish(form, "")
    name = form.text("path") or path
    return Draft(path, name, text, wish.parent, wish.title, wish.description)


def _save(seen: Seen, at: At, draft: Draft) -> tuple[list[Change], str]:
    """The file as it was typed, under the name that was typed."""
    rules.check_path(draft.name)
    moved = bool(draft.path) and draft.name != draft.path
    if (moved or not draft.path) and at.sha and listing.find(seen.number, at.sha, [draft.name]):
        raise Conflict(f"There is a file {draft.name[:200]!r} already.", hint="Choose another name.", code="taken")
    text = draft.text
    content = text.encode(errors="replace") if text is not None else _bytes(seen, draft.parent, draft.path)
    changes: list[Change] = [Remove(draft.path)] if moved else []
    changes.append(Put(draft.name, content))
    if moved:
        return changes, f"Rename {draft.path} to {draft.name}"
    return changes, f"Update {draft.name}" if draft.path else f"Create {draft.name}"


def _delete(_seen: Seen, _at: At, draft: Draft) -> tuple[list[Change], str]:
    return [Remove(draft.path)], f"Delete {draft.path}"


ACTS: dict[str, Callable[[Seen, At, Draft], tuple[list[Change], str]]] = {"save": _save, "delete": _delete}


def _text(seen: Seen, sha: str, path: str) -> str | None:
    """What an editor can hold, or None."""
    blob = listing.find_file(seen.number, sha, path)
    (entry,) = listing.find(seen.number, sha, [path])
    if entry.is_link:
        raise BadRequest("This is a link to another file.", hint="Edit that one.", code="link")
    if view.of(seen.number, blob) or blob.size > EDITED:
        return None
    try:
        text = store.read_blob(seen.number, sha, path, EDITED).decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _bytes(seen: Seen, sha: str, path: str) -> bytes:
    """A file that is only renamed, as git keeps it: a large one's pointer goes along."""
    if not path:
        raise EntryNotFound("There is no such file.")
    return store.read_blob(seen.number, sha, path, RENAMED)


def _page(visitor: Visitor, seen: Seen, at: At, draft: Draft, status: int = 200, **values: Any) -> Response:
    return draw(
        "space/edit.html",
        visitor,
        seen,
        "files",
        status,
        at=at,
        draft=draft,
        act=seen.to("edit", at.rev, draft.path) if draft.path else seen.to("new", at.rev),
        direct=direct(seen, at),
        **values,
    )
