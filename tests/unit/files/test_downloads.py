"""A file's bytes: what clients need of them, and what a browser may not make of them."""

from __future__ import annotations

import pytest

from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.files.kit import API, WEB


def test_a_file_comes_with_what_clients_need(client, space):
    head, got = client.head(f"{WEB}/resolve/main/app.py"), client.get(f"{WEB}/resolve/main/app.py")
    blob = next(entry for entry in store.list_tree(space.id, "main") if entry.path == "app.py")
    for answer in (head, got):
        assert answer.status_code == 200
        assert answer.headers["X-Repo-Commit"] == store.head(space.id).sha
        assert answer.headers["ETag"] == f'"{blob.oid}"'
        assert answer.headers["Content-Length"] == "10" and answer.headers["Accept-Ranges"] == "bytes"
        assert "X-Xet-Hash" not in answer.headers and "Location" not in answer.headers
    assert (head.content, got.content) == (b"", b"print(22)\n")
    assert client.get(f"{WEB}/resolve/main/app.py", headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_a_branch_with_a_slash_and_a_name_with_odd_letters(client, space):
    commit_files(space.id, "x", "alice", {"a b/100% ü?#%2F.txt": b"odd"}, branch="feat/x")
    listed = client.get(f"{API}/tree/feat%2Fx/a%20b").json()
    assert [item["path"] for item in listed] == ["a b/100% ü?#%2F.txt"]
    answer = client.get(f"{WEB}/resolve/feat%2Fx/a%20b/100%25%20%C3%BC%3F%23%252F.txt")
    assert answer.content == b"odd"
    assert "filename*=UTF-8''100%25%20%C3%BC%3F%23%252F.txt" in answer.headers["Content-Disposition"]


RANGES = [
    ("bytes=0-4", 206, b"print", "bytes 0-4/10"),
    ("bytes=6-", 206, b"22)\n", "bytes 6-9/10"),
    ("bytes=-3", 206, b"2)\n", "bytes 7-9/10"),
    ("bytes=5-999", 206, b"(22)\n", "bytes 5-9/10"),
    ("bytes=-999", 200, b"print(22)\n", None),
    ("bytes=0-", 200, b"print(22)\n", None),
    ("bytes=10-", 416, b"", "bytes */10"),
    ("bytes=-0", 416, b"", "bytes */10"),
    ("bytes=4-2", 200, b"print(22)\n", None),
    ("bytes=0-1,3-4", 200, b"print(22)\n", None),
    ("lines=0-1", 200, b"print(22)\n", None),
    ("bytes=-", 200, b"print(22)\n", None),
    ("bytes=٣-", 200, b"print(22)\n", None),
]


@pytest.mark.parametrize(("asked", "status", "content", "told"), RANGES)
def test_a_range_of_bytes(client, space, asked, status, content, told):
    answer = client.get(f"{WEB}/resolve/main/app.py", headers={"Range": asked.encode()})
    assert (answer.status_code, answer.content, answer.headers.get("Content-Range")) == (status, content, told)


def test_a_range_of_an_older_version_is_the_whole_of_the_new(client, space):
    headers = {"Range": "bytes=0-1", "If-Range": '"old"'}
    assert client.get(f"{WEB}/resolve/main/app.py", headers=headers).status_code == 200


def test_a_large_file_is_streamed_and_cut_to_its_range(client, space):
    content = bytes(range(256)) * 12_000
    commit_files(space.id, "big", "alice", {"big.bin": content})
    assert client.get(f"{WEB}/resolve/main/big.bin").content == content
    part = client.get(f"{WEB}/resolve/main/big.bin", headers={"Range": "bytes=1048000-2100000"})
    assert part.content == content[1048000:2100001] and part.headers["Content-Length"] == "1052001"


@pytest.mark.parametrize("path", ["nope", "data", "app.py/x", "data/nope"])
def test_a_missing_file_names_the_commit_that_lacks_it(client, space, path):
    for answer in (client.get(f"{WEB}/resolve/main/{path}"), client.head(f"{WEB}/resolve/main/{path}")):
        assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")
        assert answer.headers["X-Repo-Commit"] == store.head(space.id).sha


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("index.html", "text/plain; charset=utf-8", "inline"),
        ("evil.SVG", "text/plain; charset=utf-8", "inline"),
        ("app.js", "text/plain; charset=utf-8", "inline"),
        ("Dockerfile", "text/plain; charset=utf-8", "inline"),
        ("pic.png", "application/octet-stream", "attachment"),
        ("page.xhtml", "application/octet-stream", "attachment"),
        ("book.pdf", "application/octet-stream", "attachment"),
        ('x"; evil="\\.swf', "application/octet-stream", "attachment"),
    ],
)
def test_nothing_from_a_repository_becomes_a_page_of_ours(client, space, name, kind, shown):
    commit_files(space.id, "x", "alice", {name: b"<script>alert(1)</script>"})
    answer = client.get(f"{WEB}/resolve/main/{name}")
    assert answer.headers["Content-Type"] == kind and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith(f'{shown}; filename="')
    assert answer.headers["Content-Disposition"].count('"') == 2
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
