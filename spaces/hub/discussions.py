"""Pull requests as the Hub's clients want to read them: to them each is a discussion. Pure, like `spaces.hub.wire`."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from spaces.hub.wire import when
from spaces.models import PullEvent, PullRequest, RepoKind


def summary(pull: PullRequest, kind: RepoKind, name: str) -> dict[str, Any]:
    """A line of the list."""
    body: dict[str, Any] = {
        "num": pull.number,
        "title": pull.title,
        "status": pull.status.value,
        "isPullRequest": True,
        "pinned": False,
        "createdAt": when(pull.created_at),
        "repo": {"name": name, "type": kind.value},
    }
    return body | ({"author": {"name": pull.author}} if pull.author_id else {})


def details(pull: PullRequest, kind: RepoKind, name: str, clashes: Sequence[str]) -> dict[str, Any]:
    """All there is to say of it; `clashes` are the files that keep it from being merged."""
    changes: dict[str, Any] = {"base": f"refs/heads/{pull.base}"}
    if pull.merged:
        changes["mergeCommitId"] = pull.merged
    return summary(pull, kind, name) | {
        "events": [event(each) for each in pull.log.events],
        "changes": changes,
        "filesWithConflicts": list(clashes),
    }


def event(found: PullEvent) -> dict[str, Any]:
    """What somebody said or did."""
    author, at = {"name": found.author}, when(found.at)
    data: dict[str, Any] = {"status": found.text}
    if found.kind == "comment":
        shown = {"raw": found.text, "html": f"<p>{html.escape(found.text)}</p>", "updatedAt": at, "author": author}
        data = {"edited": False, "hidden": False, "numEdits": 0, "history": [], "latest": shown}
    return {"id": found.id, "type": found.kind, "createdAt": at, "author": author, "data": data}
