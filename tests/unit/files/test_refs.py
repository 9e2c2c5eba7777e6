"""Branches and tags without a push."""

from __future__ import annotations

import pytest

from spaces.repos import store
from spaces.repos.commit import commit_files
from tests import gitkit
from tests.unit.files.kit import API, WEB, builds
from tests.unit.people import a_space


def test_branches_and_tags_come_and_go(client, space, me):
    newest, oldest = store.log(space.id, "main")
    assert client.post(f"{API}/branch/feat%2Fx", json={"startingPoint": oldest.sha[:8]}, headers=me).status_code == 200
    assert client.post(f"{API}/branch/plain", headers=me).status_code == 200
    assert client.post(f"{API}/tag/main", json={"tag": "v1", "message": "one\n\ntwo"}, headers=me).status_code == 200
    assert client.post(f"{API}/tag/feat%2Fx", json={"tag": "v0"}, headers=me).status_code == 200
    body = client.get(f"{API}/refs").json()
    assert body.keys() == {"branches", "converts", "tags"} and body["converts"] == []
    assert {ref["name"]: ref["targetCommit"] for ref in body["branches"]} == {
        "feat/x": oldest.sha,
        "main": newest.sha,
        "plain": newest.sha,
    }
    assert body["tags"] == [
        {"name": "v0", "ref": "refs/tags/v0", "targetCommit": oldest.sha},
        {"name": "v1", "ref": "refs/tags/v1", "targetCommit": newest.sha},
    ]
    assert gitkit.git("tag", "-l", "--format=%(contents)", "v1", cwd=store.path(space.id)).startswith("one\n\ntwo")
    assert client.get(f"{API}/refs?include_prs=1").json()["pullRequests"] == []
    assert client.get(f"{WEB}/resolve/v1/app.py").status_code == 200
    assert client.delete(f"{API}/branch/feat%2Fx", headers=me).status_code == 200
    assert client.delete(f"{API}/tag/v1", headers=me).status_code == 200
    assert [ref["name"] for ref in client.get(f"{API}/refs").json()["branches"]] == ["main", "plain"]
    assert builds(space) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "branch/main", {}, 409),
        ("POST", "branch/main%2Fx", {}, 409),
        ("POST", "branch/x", {"startingPoint": "nope"}, 404),
        ("POST", "branch/--force", {}, 422),
        ("POST", "branch/a..b", {}, 422),
        ("DELETE", "branch/main", None, 403),
        ("DELETE", "branch/nope", None, 404),
        ("DELETE", "branch/..%2F..%2FHEAD", None, 404),
        ("POST", "tag/main", {"tag": "-d"}, 422),
        ("POST", "tag/main", {"tag": "../../heads/main"}, 422),
        ("POST", "tag/main", {"tag": "long", "message": "x" * 70_000}, 422),
        ("DELETE", "tag/nope", None, 404),
        ("DELETE", "tag/main", None, 404),
    ],
)
def test_refs_that_may_not_be(client, space, me, method, path, body, status):
    before = store.refs(space.id)
    assert client.request(method, f"{API}/{path}", json=body, headers=me).status_code == status
    assert store.refs(space.id) == before


def test_a_branch_that_becomes_the_default_one_is_built(client, me):
    space = a_space()
    store.create(space.id)
    sha = commit_files(space.id, "first", "alice", {"app.py": b"1"}, branch="dev")
    made = client.post(f"{API}/branch/main", json={"startingPoint": "dev"}, headers=me)
    assert made.status_code == 200 and builds(space) == [sha]
    assert client.post(f"{API}/tag/main", json={"tag": "v1"}, headers=me).status_code == 200
    assert client.post(f"{API}/tag/main", json={"tag": "v1"}, headers=me).status_code == 409
