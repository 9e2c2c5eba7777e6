"""What the tests of a Space's files say to the API, and where they say it."""

from __future__ import annotations

import base64
import json

from sqlmodel import select

from spaces import db
from spaces.models import Build
from spaces.repos import store

API, WEB = "/api/spaces/alice/demo", "/spaces/alice/demo"
HOSTILE = [
    *"../x a/../../x /etc/passwd .git/config a/.GIT/hooks/x git~1/x a//b ./a".split(),
    *["..\\x", "a\\..\\x", "a\0b", "a\nb", "\udcff", "\ud800", "x" * 300, "x/" * 3000 + "x", ""],
]


def header(summary="a commit", **more):
    return {"key": "header", "value": {"summary": summary, "description": "", **more}}


def put(path, content=b"x", **more):
    text = base64.b64encode(content).decode()
    return {"key": "file", "value": {"content": text, "path": path, "encoding": "base64", **more}}


def remove(path, key="deletedFile"):
    return {"key": key, "value": {"path": path}}


def send(client, headers, *lines, rev="main", **params):
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    kind = {"Content-Type": "application/x-ndjson"}
    return client.post(f"{API}/commit/{rev}", content=body, headers=headers | kind, params=params)


def paths(space, rev="main"):
    return [entry.path for entry in store.list_tree(space.id, rev, recursive=True)]


def builds(space) -> list[str]:
    with db.reading() as session:
        return [build.commit for build in session.exec(select(Build).where(Build.space_id == space.id))]
