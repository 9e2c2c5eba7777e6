"""Pull requests on the Hub's paths. They are the only discussions there are."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, StringConstraints

from spaces import db, pulls
from spaces.access import Permission
from spaces.api.deps import Caller, Kind, Segment, contribution, repository
from spaces.errors import BadRequest
from spaces.hub import discussions as wire
from spaces.models import PullStatus
from spaces.repos import hosting, merge
from spaces.repos.receive import told_of_build

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}/discussions", tags=["pull requests"])

PAGE = 50
Number = Annotated[int, Path(ge=1, le=999_999_999)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=pulls.LONGEST_COMMENT)]


class New(BaseModel):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=pulls.LONGEST_TITLE)]
    description: Text = ""
    pullRequest: bool = False


class Comment(BaseModel):
    comment: Text = Field(min_length=1)


class Status(BaseModel):
    status: Literal["open", "closed"]
    comment: Text | None = None


class Merge(BaseModel):
    comment: Text | None = None


@router.get("")
def list_discussions(
    kind: Kind,
    owner: Segment,
    name: Segment,
    actor: Caller,
    type: Literal["all", "discussion", "pull_request"] = "all",
    status: Literal["all", "open", "closed"] = "all",
    author: str | None = None,
    p: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> dict[str, Any]:
    """Newest first. Drafts count as open, and what was merged as closed."""
    found = repository(actor, kind, owner, name, Permission.READ)
    rows, count = [], 0
    if type != "discussion":
        with db.reading() as session:
            rows, count = pulls.page(session, found.number, status, author, PAGE, p * PAGE)
    return {"discussions": [wire.summary(row, kind, found.name) for row in rows], "count": count, "start": p * PAGE}


@router.post("")
def open_discussion(kind: Kind, owner: Segment, name: Segment, actor: Caller, body: New) -> dict[str, Any]:
    """A draft of a pull request, which still changes nothing: commits go to its ref, `refs/pr/N`."""
    found, _ = contribution(actor, kind, owner, name)
    if not body.pullRequest:
        raise BadRequest(
            "There are no discussions here, only pull requests.",
            hint="Say `pullRequest: true`: a pull request takes comments.",
            code="no_discussions",
        )
    pull = pulls.start(found.number, actor, body.title, body.description, PullStatus.DRAFT)
    return {"num": pull.number, "url": f"{found.url}/discussions/{pull.number}", "pullRequest": True}


@router.get("/{number}")
def show_discussion(kind: Kind, owner: Segment, name: Segment, number: Number, actor: Caller) -> dict[str, Any]:
    """With its events, and with the files that stand in the way of merging it."""
    found = repository(actor, kind, owner, name, Permission.READ)
    with db.reading() as session:
        pull = pulls.find(session, found.number, number)
    clashes = merge.clashes(found.number, pull.ref, pull.base) if pull.status.open else []
    return wire.details(pull, kind, found.name, clashes)


@router.post("/{number}/comment")
def comment(kind: Kind, owner: Segment, name: Segment, number: Number, actor: Caller, body: Comment) -> dict[str, Any]:
    """Whoever may open a pull request may comment on one."""
    found, _ = contribution(actor, kind, owner, name)
    return {"newMessage": wire.event(pulls.comment(found.number, number, actor, body.comment))}


@router.post("/{number}/status")
def set_status(
    kind: Kind, owner: Segment, name: Segment, number: Number, actor: Caller, body: Status
) -> dict[str, Any]:
    """Opened or closed, by who opened it or who may write the repository."""
    found, writes = contribution(actor, kind, owner, name)
    changed = pulls.set_status(found.number, number, actor, writes, PullStatus(body.status), body.comment)
    return {"newStatus": wire.event(changed)}


@router.post("/{number}/merge")
def merge_pull(
    kind: Kind, owner: Segment, name: Segment, number: Number, actor: Caller, body: Merge | None = None
) -> dict[str, Any]:
    """Into the default branch. A Space's asks for a build."""
    found = repository(actor, kind, owner, name, Permission.WRITE)
    sha = pulls.take(found.number, number, actor, body.comment if body else None)
    told = told_of_build("Merged", lambda: hosting.record_commit(kind, found.number, actor.name), found.number, sha)
    return {"success": True, "mergeCommitId": sha, "hookOutput": "\n".join(line for line in told if line)}
