"""Who may read and write a Space's files."""

from __future__ import annotations

import json

import pytest

from spaces.models.owner import TokenScope
from spaces.repos import store
from tests import gitkit
from tests.unit.files.kit import API, WEB, builds, header, put, send
from tests.unit.people import bearer, token_of

READS = [
    ("GET", f"{API}/tree/main", None),
    ("GET", f"{API}/tree/main/data", None),
    ("POST", f"{API}/paths-info/main", {"data": {"paths": "app.py"}}),
    ("GET", f"{API}/revision/main", None),
    ("GET", f"{API}/commits/main", None),
    ("GET", f"{API}/refs", None),
    ("GET", f"{WEB}/resolve/main/app.py", None),
]
WRITES = [
    ("POST", f"{API}/preupload/main", {"json": {"files": []}}),
    ("POST", f"{API}/commit/main", {"content": json.dumps(header()) + "\n" + json.dumps(put("a"))}),
    ("POST", f"{API}/branch/b", {"json": {}}),
    ("DELETE", f"{API}/branch/dev", None),
    ("POST", f"{API}/tag/main", {"json": {"tag": "t"}}),
    ("DELETE", f"{API}/tag/v0", None),
]


@pytest.mark.parametrize(("method", "url", "more"), READS)
def test_anybody_may_read_a_public_space(client, space, method, url, more):
    for headers in ({}, bearer(token_of("bob", TokenScope.READ))):
        assert client.request(method, url, headers=headers, **(more or {})).status_code == 200


@pytest.mark.parametrize(("method", "url", "more"), WRITES)
def test_only_its_people_write_to_it(client, space, me, method, url, more):
    head = store.head(space.id).sha
    store_refs = {"refs/heads/dev": head, "refs/tags/v0": head}
    for ref, sha in store_refs.items():
        gitkit.git("update-ref", ref, sha, cwd=store.path(space.id))
    before = store.refs(space.id)
    tokens = {401: {}, 403: bearer(token_of("bob"))}
    for status, headers in tokens.items():
        assert client.request(method, url, headers=headers, **(more or {})).status_code == status
    assert (
        client.request(method, url, headers=bearer(token_of("alice", TokenScope.READ)), **(more or {})).status_code
        == 403
    )
    assert store.refs(space.id) == before and builds(space) == []
    assert client.request(method, url, headers=me, **(more or {})).status_code == 200


@pytest.mark.parametrize(("method", "url", "more"), READS + WRITES)
def test_a_space_that_is_not_there_is_a_repository_not_found(client, me, method, url, more):
    for headers in ({}, me):
        answer = client.request(method, url.replace("demo", "nope"), headers=headers, **(more or {}))
        assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "RepoNotFound")


def test_whoever_loses_the_right_while_a_commit_comes_has_lost_it(client, space, me, monkeypatch):
    from spaces.api import commits
    from spaces.errors import Forbidden

    asked, real = [], commits.repository

    def second_time(*args):
        asked.append(args)
        if len(asked) > 1:
            raise Forbidden("no more")
        return real(*args)

    monkeypatch.setattr(commits, "repository", second_time)
    before = store.head(space.id).sha
    assert send(client, me, header(), put("a")).status_code == 403
    assert store.head(space.id).sha == before
