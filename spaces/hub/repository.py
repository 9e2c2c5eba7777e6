"""Trees, commits and refs as the Hub's clients want to read them. Pure, like `spaces.hub.wire`."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from spaces.hub.wire import when
from spaces.repos.history import Touch
from spaces.repos.objects import Entry
from spaces.repos.store import Commit


def entry(item: Entry, touch: Touch | None = None) -> dict[str, Any]:
    """A file or a folder. A symlink is a file that holds its target, and says so beside the Hub's keys."""
    body: dict[str, Any] = {
        "type": "directory" if item.kind == "tree" else "file",
        "oid": item.oid,
        "size": item.size or 0,
        "path": shown(item.path),
    }
    if item.is_link:
        body["symlink"] = True
    if item.large:
        body |= {"size": item.large.size, "lfs": {"oid": item.large.oid, **_large(item)}}
    if touch:
        body["lastCommit"] = {"id": touch.sha, "title": shown(touch.title), "date": when(touch.at)}
    return body


def siblings(entries: Iterable[Entry], blobs: bool) -> list[dict[str, Any]]:
    """The files of a description, with `blobs` what each holds."""
    return [_sibling(item) if blobs else {"rfilename": shown(item.path)} for item in entries if item.kind == "blob"]


def commit(row: Commit, formatted: bool) -> dict[str, Any]:
    """One commit of a history; with `formatted` its texts as HTML too."""
    title, text = shown(row.title), shown(row.message.partition("\n\n")[2].strip())
    body: dict[str, Any] = {
        "id": row.sha,
        "title": title,
        "message": text,
        "authors": [{"user": shown(row.author)}],
        "date": when(row.at),
    }
    if formatted:
        body["formatted"] = {"title": html.escape(title), "message": html.escape(text)}
    return body


def refs(found: dict[str, str], pulls: dict[str, str] | None) -> dict[str, Any]:
    """Branches and tags with their commits, by full ref name; and `pulls`, where they are asked for."""

    def those(prefix: str, found: dict[str, str] = found) -> list[dict[str, str]]:
        return [
            {"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": sha}
            for ref, sha in found.items()
            if ref.startswith(prefix)
        ]

    body: dict[str, Any] = {"branches": those("refs/heads/"), "converts": [], "tags": those("refs/tags/")}
    return body if pulls is None else body | {"pullRequests": those("refs/pr/", pulls)}


def committed(url: str, sha: str, told: Iterable[str] = ()) -> dict[str, Any]:
    """What a commit over HTTP answers; `url` is the repository's, `told` what a push would say behind `remote:`."""
    return {
        "success": True,
        "commitOid": sha,
        "commitUrl": f"{url}/commit/{sha}",
        "hookOutput": "\n".join(line for line in told if line),
    }


def shown(text: str) -> str:
    """`text` as JSON can hold it: git's names and titles may be any bytes."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


# -- private


def _sibling(item: Entry) -> dict[str, Any]:
    body: dict[str, Any] = {"rfilename": shown(item.path), "size": item.size, "blobId": item.oid}
    if item.large:
        body |= {"size": item.large.size, "lfs": {"sha256": item.large.oid, **_large(item)}}
    return body


def _large(item: Entry) -> dict[str, int | None]:
    assert item.large
    return {"size": item.large.size, "pointerSize": item.size}
