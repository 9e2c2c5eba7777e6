"""Listing and removing large files, by the Hub's client."""

from __future__ import annotations

from spaces.api import lfs_files
from spaces.repos import store
from tests.unit.files import lfskit
from tests.unit.files.kit import API, builds, header, paths, put, send
from tests.unit.files.lfskit import on_disk, pointer_of, upload
from tests.unit.people import a_space, bearer, token_of

ATTRIBUTES = put(".gitattributes", b"*.bin filter=lfs\n")
URL = f"{API}/lfs-files"


def delete(client, headers, *contents, **more):
    body = {"deletions": {"sha": [pointer_of(content).oid for content in contents], **more}}
    return client.post(f"{URL}/batch", json=body, headers=headers)


def test_what_is_held_is_listed_by_pages_to_its_people(client, space, me, monkeypatch):
    assert client.get(URL, headers=me).json() == []
    send(client, me, header(), ATTRIBUTES, put("data/a.bin", b"first"))
    send(client, me, header(), put("data/a.bin", b"second"))
    upload(client, me, b"named by no commit")
    monkeypatch.setattr(lfs_files, "PAGE", 2)
    first = client.get(URL, headers=me)
    assert first.headers["Link"] == f'<http://localhost:8000{URL}?p=1>; rel="next"'
    items = first.json() + client.get(f"{URL}?p=1", headers=me).json()
    assert [(item["filename"], item["size"]) for item in items] == [("", 18), ("data/a.bin", 6), ("data/a.bin", 5)]
    assert items[1]["fileOid"] == pointer_of(b"second").oid
    assert client.get(URL).status_code == 401
    assert client.get(URL, headers=bearer(token_of("bob"))).status_code == 403


def test_a_file_is_removed_with_its_pointers_on_every_branch(client, space, me):
    send(client, me, header(), ATTRIBUTES, put("a.bin", b"go"), put("b/c.bin", b"go"), put("keep.bin", b"keep"))
    client.post(f"{API}/branch/dev", json={}, headers=me)
    before = len(builds(space))
    assert delete(client, bearer(token_of("bob")), b"go", rewriteHistory=True).status_code == 403
    assert delete(client, me, b"go", rewriteHistory=True).status_code == 200
    for branch in ("main", "dev"):
        assert {"a.bin", "b/c.bin"}.isdisjoint(paths(space, branch)) and "keep.bin" in paths(space, branch)
    assert [path.name for path in on_disk()] == [pointer_of(b"keep").oid]
    assert len(builds(space)) == before + 1, "the default branch has moved"


def test_without_that_only_the_bytes_go(client, space, me):
    send(client, me, header(), ATTRIBUTES, put("a.bin", b"go"))
    head = store.head(space.id).sha
    assert delete(client, me, b"go", b"never here").status_code == 200
    assert store.head(space.id).sha == head and on_disk() == []
    assert client.get("/spaces/alice/demo/resolve/main/a.bin").content.startswith(b"version https://git-lfs")


def test_p38_another_repository_keeps_what_is_removed_here(client, space, me):
    other = a_space(name="other")
    for repo in ("alice/demo", "alice/other"):
        upload(client, me, b"shared", repo)
    assert delete(client, me, b"shared").status_code == 200
    assert lfskit.holdings() == {(other.id, pointer_of(b"shared").oid)} and len(on_disk()) == 1
    for sha in ("../../x", "0" * 63, "0" * 64 + "\n"):
        answer = client.post(f"{URL}/batch", json={"deletions": {"sha": [sha]}}, headers=me)
        assert answer.status_code == 422
