"""Committing files over HTTP, as the Hub's clients do: asked first how to send each file, then all in one request."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from spaces import pulls
from spaces.access import Actor, Permission
from spaces.api.deps import Caller, Kind, Repository, Segment, contribution, repository
from spaces.api.uploads import Upload, receive
from spaces.errors import BadRequest, EntryNotFound, RevisionNotFound, StaleRevision, TooLarge
from spaces.hub import repository as wire
from spaces.models import PullRequest, PullStatus, RepoKind
from spaces.quotas import storage
from spaces.repos import changes, hosting, ignore, listing, revisions, rules, store
from spaces.repos.body import length_of
from spaces.repos.disk import check_disk
from spaces.repos.lfs import intake, view
from spaces.repos.receive import KEEP_OUT, told_of_build
from spaces.settings import get_settings

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["commits"])

PAGE = 50
LONGEST_PAGE = 100
_TRIES = 5
"""How often a commit that adds to `.gitattributes` is made again on a branch that moves meanwhile."""


class File(BaseModel):
    path: str
    size: int = Field(0, ge=0)


class Preupload(BaseModel):
    files: list[File] = Field(max_length=256)
    gitIgnore: str | None = None


@router.get("/commits/{rev}")
def list_commits(
    response: Response,
    kind: Kind,
    owner: Segment,
    name: Segment,
    rev: Segment,
    actor: Caller,
    limit: int = PAGE,
    p: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    expand: Annotated[list[str] | None, Query(alias="expand[]")] = None,
) -> list[dict[str, Any]]:
    """What led to a revision, newest first; `Link: <...>; rel="next"` leads on."""
    found = repository(actor, kind, owner, name, Permission.READ)
    sha = revisions.commit_at(found.number, rev)
    limit = min(max(limit, 1), LONGEST_PAGE)
    rows = store.log(found.number, sha, limit + 1, p * limit)
    formatted = "formatted" in (expand or [])
    if len(rows) > limit:
        query = f"limit={limit}&p={p + 1}" + ("&expand%5B%5D=formatted" if formatted else "")
        response.headers["Link"] = f'<{found.api}/commits/{sha}?{query}>; rel="next"'
    return [wire.commit(row, formatted) for row in rows[:limit]]


@router.post("/preupload/{rev}")
def preupload(
    kind: Kind, owner: Segment, name: Segment, rev: Segment, actor: Caller, body: Preupload, create_pr: bool = False
) -> dict[str, Any]:
    """How to send each file: always in the commit itself. Tells which the `.gitignore` leaves out, and what is there."""
    found = door(actor, kind, owner, name, rev, create_pr)
    limit = get_settings().push_limit << 20
    for file in body.files:
        rules.check_path(file.path)
        if file.size > limit:
            raise _file_too_large(file, limit)
    store.create(found.number)
    _, tip = revisions.place_at(found.number, rev)
    paths = [file.path for file in body.files]
    listed = view.known(found.number, listing.find(found.number, tip, paths)) if tip else []
    there = {entry.path: entry for entry in listed}
    patterns = _stored_ignore(found, tip) if body.gitIgnore is None else body.gitIgnore.encode(errors="replace")
    left_out = ignore.ignored(patterns, paths)
    answers = []
    for path in paths:
        answer: dict[str, Any] = {"path": path, "uploadMode": "regular", "shouldIgnore": path in left_out}
        entry = there.get(path)
        if entry and entry.kind == "blob" and not entry.is_link:
            answer["oid"] = entry.large.git_oid if entry.large else entry.oid
        answers.append(answer)
    return {"files": answers, "commitOid": tip}


@router.post("/commit/{rev}")
async def commit(
    request: Request,
    kind: Kind,
    owner: Segment,
    name: Segment,
    rev: Segment,
    actor: Caller,
    create_pr: bool = False,
    hot_reload: bool = False,
) -> dict[str, Any]:
    """Lines of JSON: a header, then files to write and to remove. A commit on a Space's default branch asks for a build;
    with `create_pr`, it becomes a pull request for that branch instead."""
    _refuse_hot_reload(hot_reload)
    found = await run_sync(door, actor, kind, owner, name, rev, create_pr)
    await run_sync(store.create, found.number)
    await run_sync(revisions.place_at, found.number, rev)
    length = length_of(request.headers.get("content-length")) or 0
    await run_sync(check_disk, min(length, get_settings().push_limit << 21))
    async with receive(request) as upload:

        def write() -> dict[str, Any]:
            # It may have taken long to come: whoever lost the right meanwhile has lost it.
            still = door(actor, kind, owner, name, rev, create_pr)
            return _proposed(still, actor, upload) if create_pr else _commit(still, rev, actor.name, upload)

        return await run_sync(write)


def door(actor: Actor, kind: RepoKind, owner: str, name: str, rev: str, create_pr: bool) -> Repository:
    """Branches are for those who write the repository; a pull request is also for who opens it, or opened it."""
    if not create_pr and not rules.is_pull(rev):
        return repository(actor, kind, owner, name, Permission.WRITE)
    found, writes = contribution(actor, kind, owner, name)
    if not create_pr:
        try:
            pulls.check_commit(found.number, int(rev.rpartition("/")[2]), actor, writes)
        except EntryNotFound as error:
            raise RevisionNotFound(error.message, hint="Open it first: commit with `create_pr`.") from None
    elif revisions.place_at(found.number, rev)[0] != store.default_branch(found.number):
        raise BadRequest(
            "Pull requests are for the default branch.",
            hint="Use `main`; to add to one that is open, commit to its ref without `create_pr`.",
            code="not_default_branch",
        )
    return found


def propose(found: Repository, actor: Actor, upload: Upload) -> tuple[PullRequest, str]:
    """A pull request with its first commit, whose hash follows: both or none."""
    title, _, description = upload.message.partition("\n\n")
    description = description[: pulls.LONGEST_COMMENT]
    pull = pulls.start(found.number, actor, title, description, PullStatus.OPEN, upload.parent)
    try:
        sha = _apply(found.number, pull.ref, actor.name, replace(upload, parent=None)).sha
    except BaseException:
        pulls.withdraw(pull)
        raise
    return pull, sha


def write_commit(found: Repository, rev: str, author: str, upload: Upload) -> tuple[str, list[str]]:
    """Where the branch stands now, and what to tell the person: on a Space's default branch it asks for a build."""
    done = _apply(found.number, rev, author, upload)
    if not done.news:
        return done.sha, []
    return done.sha, told_of_build(
        "Committed", lambda: hosting.record_commit(found.kind, found.number, author), found.number, done.sha
    )


# -- private


def _proposed(found: Repository, actor: Actor, upload: Upload) -> dict[str, Any]:
    pull, sha = propose(found, actor, upload)
    return wire.committed(found.url, sha) | {"pullRequestUrl": f"{found.url}/discussions/{pull.number}"}


def _commit(found: Repository, rev: str, author: str, upload: Upload) -> dict[str, Any]:
    sha, told = write_commit(found, rev, author, upload)
    return wire.committed(found.url, sha, told)


def _apply(number: int, rev: str, author: str, upload: Upload) -> changes.Done:
    for attempt in range(_TRIES):
        _, tip = revisions.place_at(number, rev)
        settled = intake.settle(number, tip, upload.changes)
        # Lines added to `.gitattributes` are added to those of this very commit.
        parent = upload.parent or (tip if len(settled) > len(upload.changes) else None)
        storage.check_repository(number, sum(change.size for change in settled if isinstance(change, changes.Put)))
        try:
            return changes.apply(number, rev, upload.message, author, settled, parent)
        except StaleRevision:
            if parent == upload.parent or attempt == _TRIES - 1:
                raise
    raise AssertionError


def _stored_ignore(found: Repository, tip: str | None) -> bytes:
    try:
        return store.read_blob(found.number, tip, ".gitignore", ignore.LIMIT) if tip else b""
    except (EntryNotFound, TooLarge):
        return b""


def _refuse_hot_reload(asked: bool) -> None:
    if asked:
        raise BadRequest(
            "Hot reload is not offered here: a running Space's code is never patched.",
            hint="Commit without it; a change of code alone is built and started in seconds.",
            code="no_hot_reload",
        )


def _file_too_large(file: File, limit: int) -> TooLarge:
    return TooLarge(
        f"{file.path[:200]} has {file.size} bytes; one commit may have {limit >> 20} MiB.",
        hint=KEEP_OUT,
    )
