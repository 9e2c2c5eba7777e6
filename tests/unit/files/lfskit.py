"""What the tests of large files say to git-lfs's API."""

from __future__ import annotations

import hashlib
import http.client
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import select

from spaces import db
from spaces.models import LfsObject
from spaces.repos.lfs import pointer
from spaces.repos.lfs.pointer import Pointer
from spaces.settings import get_settings

TYPE = "application/vnd.git-lfs+json"


def pointer_of(content: bytes) -> Pointer:
    return Pointer(hashlib.sha256(content).hexdigest(), len(content))


def pointer_text(content: bytes) -> bytes:
    return pointer.write(pointer_of(content))


def batch(client, headers, *objects, operation="upload", repo="alice/demo", **more):
    """`objects`: contents, pointers, or what a hostile client says."""
    told = []
    for item in objects:
        item = pointer_of(item) if isinstance(item, bytes) else item
        told.append({"oid": item.oid, "size": item.size} if isinstance(item, Pointer) else item)
    body = {"operation": operation, "objects": told, **more}
    return client.post(f"/spaces/{repo}.git/info/lfs/objects/batch", json=body, headers=headers)


def one(answer) -> dict:
    """The only object of a batch's answer."""
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["objects"]
    return item


def near(href: str) -> str:
    """An address of ours without its host, for test clients."""
    url = urlsplit(href)
    return f"{url.path}?{url.query}"


def address(client, headers, content, repo="alice/demo", action="upload", operation="upload") -> str:
    return near(one(batch(client, headers, content, repo=repo, operation=operation))["actions"][action]["href"])


def upload(client, headers, content: bytes, repo="alice/demo"):
    return client.put(address(client, headers, content, repo), content=content)


def holdings() -> set[tuple[int, str]]:
    with db.reading() as session:
        return {(row.repository, row.oid) for row in session.exec(select(LfsObject))}


def on_disk() -> list[Path]:
    """Every file of the large files' store, its locks apart."""
    root = get_settings().data / "lfs"
    return [path for path in root.rglob("*") if path.is_file() and "locks" not in path.parts]


def stream_up(href: str, pieces: Iterable[bytes], size: int) -> int:
    """PUTs over a connection of its own; returns the status."""
    url = urlsplit(href)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
    try:
        connection.request("PUT", near(href), pieces, {"Content-Length": str(size)})
        return connection.getresponse().status
    finally:
        connection.close()
