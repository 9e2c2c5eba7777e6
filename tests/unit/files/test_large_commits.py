"""Large files in commits over HTTP, and what readers see in their place: the files, never the pointers."""

from __future__ import annotations

import hashlib
import subprocess

import pytest

from spaces.api import commits
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.repos.lfs import attributes, intake
from tests import gitkit
from tests.unit.files import lfskit
from tests.unit.files.kit import API, WEB, header, put, send
from tests.unit.files.lfskit import on_disk, pointer_of, pointer_text, upload
from tests.unit.people import a_space

CONTENT = b"weights\0" * 40_000
ATTRIBUTES = b"*.bin filter=lfs diff=lfs merge=lfs -text\n"


def lfs_file(path, content, **more):
    told = {"path": path, "algo": "sha256", "oid": pointer_of(content).oid, "size": len(content)}
    return {"key": "lfsFile", "value": told | more}


def git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def stored(space, path, rev="main") -> bytes:
    return store.read_blob(space.id, rev, path, 1 << 24)


@pytest.mark.parametrize("size", [{}, {"size": None}])
def test_a_file_that_was_uploaded_is_committed_by_its_hash(client, space, me, size):
    upload(client, me, CONTENT)
    answer = send(client, me, header(), lfs_file("m/model.bin", CONTENT, **size))
    assert answer.status_code == 200, answer.text
    assert stored(space, "m/model.bin") == pointer_text(CONTENT)
    assert stored(space, ".gitattributes") == b"/m/model.bin filter=lfs diff=lfs merge=lfs -text\n"
    assert client.get(f"{WEB}/resolve/main/m/model.bin").content == CONTENT


def test_p38_a_file_of_another_repository_cannot_be_claimed(client, space, me):
    a_space(name="other")
    upload(client, me, CONTENT, repo="alice/other")
    before = store.head(space.id).sha
    for line in (lfs_file("x", CONTENT), put("x", pointer_text(CONTENT)), lfs_file("x", CONTENT, size=None)):
        answer = send(client, me, header(), put("fine"), line)
        assert (answer.status_code, answer.json()["code"]) == (400, "lfs_object_missing")
    assert store.head(space.id).sha == before
    upload(client, me, CONTENT)
    assert send(client, me, header(), lfs_file("x", CONTENT, size=3)).status_code == 400
    # by git, past every check: it stays the few lines that it is
    commit_files(space.id, "x", "alice", {"x": pointer_text(b"never sent")})
    assert client.get(f"{WEB}/resolve/main/x").content == pointer_text(b"never sent")
    (item,) = client.post(f"{API}/paths-info/main", data={"paths": "x"}).json()
    assert "lfs" not in item and item["size"] == len(pointer_text(b"never sent"))


def test_what_gitattributes_give_to_git_lfs_or_is_large_is_kept_so_whatever_way_it_comes(
    client, space, me, monkeypatch
):
    monkeypatch.setattr(intake, "LARGE", 200_000)
    below = put("data/.gitattributes", b"*.csv filter=lfs\nkeep.csv -filter\n")
    assert send(client, me, header(), put(".gitattributes", ATTRIBUTES), below).status_code == 200
    files = {"a.bin": b"tiny", "data/t.csv": b"1,2", "data/keep.csv": b"3", "big.txt": b"x" * 200_000, "empty.bin": b""}
    assert send(client, me, header(), *[put(*file) for file in files.items()]).status_code == 200
    large = {"a.bin", "data/t.csv", "big.txt"}
    for path, content in files.items():
        assert stored(space, path) == (pointer_text(content) if path in large else content), path
        assert client.get(f"{WEB}/resolve/main/{path}").content == content
    assert stored(space, ".gitattributes") == ATTRIBUTES + b"/big.txt filter=lfs diff=lfs merge=lfs -text\n"
    assert len(on_disk()) == 3
    again = send(client, me, header(), put("big.txt", b"y" * 300_000), put(".gitattributes", b""))
    assert again.status_code == 200
    assert stored(space, ".gitattributes") == b"/big.txt filter=lfs diff=lfs merge=lfs -text\n"


def test_a_person_s_git_lfs_finds_every_name_that_we_wrote_down(tmp_path):
    names = [
        "a b",
        "x*y",
        "q?",
        "[z]",
        "back\\slash",
        'quo"te',
        "ü/ß d",
        "#hash",
        "!bang",
        "-dash",
        "a" * 200,
        "tab\u00a0x",
    ]
    (tmp_path / ".gitattributes").write_bytes(attributes.extended(b"*.md text", names))
    gitkit.git("init", "-q", cwd=tmp_path)
    for name in names:
        out = subprocess.run(
            ["git", "check-attr", "-z", "filter", "--", name], cwd=tmp_path, capture_output=True, check=True
        ).stdout
        assert out.split(b"\0")[2] == b"lfs", name
    others = subprocess.run(
        ["git", "check-attr", "-z", "filter", "--", "xxy", "qq", "z", "b", "sub/#hash"],
        cwd=tmp_path,
        capture_output=True,
    )
    assert b"lfs" not in others.stdout


def test_attributes_that_cannot_be_read_are_left_as_they_are(client, space, me, monkeypatch):
    monkeypatch.setattr(intake, "LARGE", 10)
    repository = store.path(space.id)
    gitkit.commit_of(repository, (gitkit.LINK, ".gitattributes", b"/etc/passwd"), (gitkit.FILE, "a", b"1"))
    assert send(client, me, header(), put("b.txt", b"x" * 20)).status_code == 200
    assert stored(space, ".gitattributes") == b"/etc/passwd" and stored(space, "b.txt") == pointer_text(b"x" * 20)


def test_attributes_that_change_meanwhile_lose_nothing(client, space, me, monkeypatch):
    monkeypatch.setattr(intake, "LARGE", 10)
    real = intake.settle

    def late(number, tip, changes):
        settled = real(number, tip, changes)
        monkeypatch.setattr(commits.intake, "settle", real)
        commit_files(space.id, "between", "bob", {".gitattributes": b"*.png binary\n"})
        return settled

    monkeypatch.setattr(commits.intake, "settle", late)
    assert send(client, me, header(), put("b.txt", b"x" * 20)).status_code == 200
    assert stored(space, ".gitattributes") == b"*.png binary\n/b.txt filter=lfs diff=lfs merge=lfs -text\n"


def test_preupload_knows_a_large_file_by_its_content(client, space, me):
    send(client, me, header(), put(".gitattributes", ATTRIBUTES), put("a.bin", CONTENT), put("b", b"1"))
    asked = {"files": [{"path": path, "size": 1, "sample": ""} for path in ("a.bin", "b")]}
    told = client.post(f"{API}/preupload/main", json=asked, headers=me).json()["files"]
    assert [(file["uploadMode"], file["oid"]) for file in told] == [
        ("regular", git_oid(CONTENT)),
        ("regular", git_oid(b"1")),
    ]


def test_listings_show_the_file_and_its_pointer(client, space, me):
    send(client, me, header(), put(".gitattributes", ATTRIBUTES), put("a.bin", CONTENT))
    text, oid = pointer_text(CONTENT), pointer_of(CONTENT).oid
    lfs = {"oid": oid, "size": len(CONTENT), "pointerSize": len(text)}
    tree = {item["path"]: item for item in client.get(f"{API}/tree/main").json()}
    info = client.post(f"{API}/paths-info/main", data={"paths": ["a.bin"]}).json()
    assert tree["a.bin"] == info[0]
    assert (info[0]["size"], info[0]["oid"], info[0]["lfs"]) == (len(CONTENT), git_oid(text), lfs)
    assert "lfs" not in tree["app.py"]
    for url in (API, f"{API}/revision/main"):
        (sibling,) = (
            item for item in client.get(url, params={"blobs": True}).json()["siblings"] if item["rfilename"] == "a.bin"
        )
        assert sibling["size"] == len(CONTENT) and sibling["lfs"]["sha256"] == oid
        assert sibling["lfs"]["pointerSize"] == len(text)


def test_a_large_file_comes_with_what_clients_need(client, space, me):
    send(client, me, header(), put(".gitattributes", ATTRIBUTES), put("a.bin", CONTENT))
    url, etag = f"{WEB}/resolve/main/a.bin", f'"{pointer_of(CONTENT).oid}"'
    for answer in (client.head(url), client.get(url)):
        assert answer.headers["ETag"] == answer.headers["X-Linked-Etag"] == etag
        assert answer.headers["Content-Length"] == answer.headers["X-Linked-Size"] == str(len(CONTENT))
        assert answer.headers["X-Repo-Commit"] == store.head(space.id).sha
        assert answer.headers["Content-Disposition"].startswith("attachment") and "Location" not in answer.headers
    part = client.get(url, headers={"Range": "bytes=100-299999"})
    assert (part.status_code, part.content) == (206, CONTENT[100:300_000])
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 304
    (where,) = on_disk()
    where.unlink()
    lost = client.get(url)
    assert (lost.status_code, lost.headers["X-Error-Code"]) == (404, "EntryNotFound")
    assert lfskit.holdings()
