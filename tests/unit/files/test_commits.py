"""Committing over HTTP: what lands, what is built, and every way to be refused."""

from __future__ import annotations

import gzip
import json

import pytest

from spaces import db
from spaces.models import Space
from spaces.repos import changes, store
from spaces.repos.commit import commit_files
from spaces.settings import get_settings
from tests import gitkit
from tests.unit.files.kit import API, HOSTILE, WEB, builds, header, paths, put, remove, send
from tests.unit.people import a_space


def test_a_commit_is_written_answered_and_built(client, space, me):
    before = store.head(space.id).sha
    answer = send(client, me, header("Title", description="why"), put("new/file.txt", b"\0new"), remove("pic.png"))
    body = answer.json()
    assert answer.status_code == 200 and body["success"] is True
    assert body["commitOid"] == store.head(space.id).sha != before
    assert body["commitUrl"] == f"http://localhost:8000/spaces/alice/demo/commit/{body['commitOid']}"
    assert "Build #1 of alice/demo" in body["hookOutput"]
    assert paths(space) == ["app.py", "data/a.csv", "data/deep/b", "new/file.txt"]
    newest = store.log(space.id, "main")[0]
    assert (newest.author, newest.message, newest.parents) == ("alice", "Title\n\nwhy", (before,))
    assert builds(space) == [body["commitOid"]]
    with db.reading() as session:
        assert session.get_one(Space, space.id).head == body["commitOid"]


def test_the_first_commit_makes_the_repository(client, me):
    space = a_space()
    answer = send(client, me, header(), put("app.py", b"1"))
    assert answer.status_code == 200 and builds(space) == [answer.json()["commitOid"]]
    assert client.get(f"{API}/tree/main").json()[0]["path"] == "app.py"


def test_a_commit_elsewhere_asks_for_no_build(client, space, me):
    client.post(f"{API}/branch/feat%2Fx", json={}, headers=me)
    answer = send(client, me, header(), put("app.py", b"9"), rev="feat%2Fx")
    assert answer.status_code == 200 and answer.json()["hookOutput"] == ""
    assert builds(space) == [] and store.read_blob(space.id, "feat/x", "app.py", 9) == b"9"
    assert store.read_blob(space.id, "main", "app.py", 99) == b"print(22)\n"


def test_changes_count_in_their_order(client, space, me):
    answer = send(
        client,
        me,
        header(),
        put("data/extra"),
        remove("data/", "deletedFolder"),
        put("data/a.csv", b"kept"),
        put("once"),
        remove("once"),
        put("app.py", b"1"),
        put("app.py", b"2"),
    )
    assert answer.status_code == 200
    assert paths(space) == ["app.py", "data/a.csv", "pic.png"]
    assert store.read_blob(space.id, "main", "app.py", 9) == b"2"


def test_a_commit_of_nothing_changes_nothing(client, space, me):
    before = store.head(space.id).sha
    for lines in ([header()], [header(), put("a"), remove("a")]):
        answer = send(client, me, *lines)
        assert (answer.status_code, answer.json()["commitOid"]) == (200, before)
    assert builds(space) == []


def test_a_folder_may_be_called_a_file_by_whoever_does_not_know(client, me, space):
    assert send(client, me, header(), remove("data")).status_code == 200
    assert paths(space) == ["app.py", "pic.png"]


@pytest.mark.parametrize("lines", [[remove("nope")], [remove("dat")], [remove("nope/", "deletedFolder")]])
def test_removing_what_is_not_there_is_said_in_the_words_clients_know(client, space, me, lines):
    answer = send(client, me, header(), *lines)
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")
    assert "A file with this name doesn't exist" in answer.json()["error"]


def test_a_commit_on_an_older_parent_is_stale(client, space, me):
    newest, oldest = store.log(space.id, "main")
    stale = send(client, me, header(parentCommit=oldest.sha), put("a"))
    assert stale.status_code == 412
    assert "The branch was updated since you opened this page. Please refresh and try again." in stale.json()["error"]
    assert send(client, me, header(parentCommit=newest.sha[:7]), put("a")).status_code == 200
    assert send(client, me, header(parentCommit="main"), put("b")).status_code == 412


def test_a_commit_without_a_parent_lands_on_whatever_came_in_between(client, space, me, monkeypatch):
    real = changes.commit_files

    def late(*args):
        monkeypatch.setattr(changes, "commit_files", real)
        real(space.id, "in between", "bob", {"between": b"1"})
        return real(*args)

    monkeypatch.setattr(changes, "commit_files", late)
    assert send(client, me, header(), put("late")).status_code == 200
    assert {"between", "late"} <= set(paths(space))


BAD_LINES = [
    (b"", 400),
    (b"nonsense\n", 400),
    (b"[1]\n", 400),
    (b'{"key": "header", "value": 1}\n', 400),
    (b'{"key": "header", "value": {}}\n', 400),
    (b'{"key": "header", "value": {"summary": " "}}\n', 400),
    (b'{"key": "header", "value": {"summary": 7}}\n', 400),
    (b'{"key": "header", "value": {"summary": "unfinish', 400),
    (b"[" * 100_000, 400),
    (json.dumps(put("a")).encode(), 400),
    (json.dumps(header()).encode() + b"\n" + json.dumps(header()).encode(), 400),
    (b"{" + b" " * (1 << 20), 413),
]


@pytest.mark.parametrize(("body", "status"), BAD_LINES)
def test_what_is_no_commit_is_a_bad_request(client, space, me, body, status):
    answer = client.post(f"{API}/commit/main", content=body, headers=me)
    assert answer.status_code == status and answer.json()["error"]


BAD_VALUES = [
    ({"key": "file", "value": {"path": "a", "content": "%%%%", "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "QQ", "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "ü", "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "QUFB" * 30_000 + "Q", "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "QQ==" * 30_000, "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "Q" * 99_999 + '"', "encoding": "base64"}}, 400),
    ({"key": "file", "value": {"path": "a", "content": "hi", "encoding": "utf-8"}}, 400),
    ({"key": "file", "value": {"path": "a"}}, 400),
    ({"key": "file", "value": {"path": ["a"], "content": ""}}, 400),
    ({"key": "lfsFile", "value": {"path": "a", "algo": "sha256", "oid": "0" * 64, "size": 1}}, 400),
    ({"key": "lfsFile", "value": {"path": "a", "algo": "md5", "oid": "0" * 64, "size": 1}}, 400),
    ({"key": "lfsFile", "value": {"path": "a", "algo": "sha256", "oid": "../" * 20, "size": 1}}, 400),
    ({"key": "lfsFile", "value": {"path": "a", "algo": "sha256", "oid": "0" * 64, "size": "1"}}, 400),
    ({"key": "copyFile", "value": {"path": "a", "srcPath": "app.py"}}, 400),
    ({"key": ["file"], "value": {}}, 400),
    (put("app.py/below"), 409),
    (put("data"), 409),
]


@pytest.mark.parametrize(("line", "status"), BAD_VALUES)
def test_a_line_that_cannot_be_is_refused_and_nothing_is_committed(client, space, me, line, status):
    before = store.head(space.id).sha
    answer = send(client, me, header(), put("fine"), line)
    assert answer.status_code == status and answer.json()["error"]
    assert store.head(space.id).sha == before and not any((get_settings().data / "uploads").iterdir())


@pytest.mark.parametrize("path", HOSTILE)
@pytest.mark.parametrize("key", ["file", "deletedFile", "deletedFolder"])
def test_p14_a_path_that_leads_elsewhere_is_refused(client, space, me, path, key):
    answer = send(client, me, header(), put(path) if key == "file" else remove(path, key))
    assert answer.status_code == 422 and answer.json()["code"] == "bad_path"


def test_p14_a_hostile_path_is_read_from_nowhere(client, space, tmp_path):
    (tmp_path / "canary").write_text("secret")
    depth = "%2E%2E%2F" * 12
    for path in (f"{depth}{str(tmp_path)[1:]}%2Fcanary", "%2Fetc%2Fpasswd", ".git%2Fconfig", "a%00b", "a%0Ab", "%FF"):
        for url in (f"{WEB}/resolve/main/{path}", f"{API}/tree/main/{path}"):
            answer = client.get(url)
            assert answer.status_code in (404, 422) and "secret" not in answer.text and "root:" not in answer.text


def test_p13_a_symlink_is_shown_as_one_and_never_followed(client, space, me, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    lines = [(gitkit.LINK, "cfg", str(canary).encode()), (gitkit.LINK, "dir", str(tmp_path).encode())]
    gitkit.commit_of(store.path(space.id), *lines)
    listed = client.get(f"{API}/tree/main", params={"recursive": True, "expand": True}).json()
    assert [(item["path"], item["type"], item.get("symlink")) for item in listed] == [
        ("cfg", "file", True),
        ("dir", "file", True),
    ]
    info = client.post(f"{API}/paths-info/main", data={"paths": ["cfg", "dir", "dir/canary"]}).json()
    assert [(item["path"], item["symlink"]) for item in info] == [("cfg", True), ("dir", True)]
    assert client.get(f"{WEB}/resolve/main/cfg").text == str(canary)
    assert client.get(f"{WEB}/resolve/main/dir/canary").headers["X-Error-Code"] == "EntryNotFound"
    assert client.get(f"{API}/tree/main/dir").headers["X-Error-Code"] == "EntryNotFound"
    asked = {"files": [{"path": "cfg", "sample": "", "size": 1}, {"path": "dir/canary", "sample": "", "size": 1}]}
    told = client.post(f"{API}/preupload/main", json=asked, headers=me).json()["files"]
    assert [file.get("oid") for file in told] == [None, None]
    assert send(client, me, header(), put("dir/canary", b"pwned")).status_code == 409
    assert send(client, me, header(), remove("dir/canary")).status_code == 404
    assert send(client, me, header(), remove("dir", "deletedFolder")).status_code == 404
    assert send(client, me, header(), put("cfg", b"pwned"), remove("dir")).status_code == 200
    assert client.get(f"{API}/tree/main").json()[0].get("symlink") is None
    assert canary.read_text() == "untouched"


def test_submodules_are_not_listed(client, space):
    repository = store.path(space.id)
    blob = gitkit.blob(repository, b"1")
    root = gitkit.tree(repository, (gitkit.FILE, "a", blob), (gitkit.SUBMODULE, "sub", "1" * 40))
    gitkit.commit(repository, root)
    assert [item["path"] for item in client.get(f"{API}/tree/main").json()] == ["a"]
    assert client.post(f"{API}/paths-info/main", data={"paths": ["sub"]}).json() == []
    assert client.get(f"{WEB}/resolve/main/sub").headers["X-Error-Code"] == "EntryNotFound"


def test_names_of_any_bytes_can_be_shown(client, space):
    repository = store.path(space.id)
    line = b"100644 \xff\xfe.txt\0" + bytes.fromhex(gitkit.blob(repository, b"1"))
    root = gitkit.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", cwd=repository, stdin=line)
    gitkit.commit(repository, root)
    for url in (f"{API}/tree/main?expand=true", f"{API}/revision/main"):
        assert client.get(url).status_code == 200 and "\ufffd\ufffd.txt" in client.get(url).text


def test_a_commit_may_claim_any_time(client, space):
    repository = store.path(space.id)
    root = gitkit.git("rev-parse", "main^{tree}", cwd=repository)
    who = "Mallory <m@example.org> 99999999999999999 +0000"
    raw = f"tree {root}\nauthor {who}\ncommitter {who}\n\nlate\n".encode()
    sha = gitkit.git("hash-object", "-w", "-t", "commit", "--literally", "--stdin", cwd=repository, stdin=raw)
    gitkit.git("update-ref", "refs/heads/main", sha, cwd=repository)
    assert client.get(f"{API}/commits/main").json()[0]["title"] == "late"
    assert client.get(f"{API}/tree/main?expand=true").json()[0]["lastCommit"]["title"] == "late"


def test_large_contents_pass_by_the_disk_and_leave_nothing(client, space, me):
    big, many = bytes(range(256)) * 3000, {f"small/{number}": b"%d" % number for number in range(50)}
    body = "\n".join(
        json.dumps(line) for line in [header(), put("big.bin", big), *[put(*file) for file in many.items()]]
    )
    slashed = body.replace("/", "\\/").encode()
    for encoding, content in (("", body.encode()), ("", slashed), ("gzip", gzip.compress(body.encode()))):
        headers = me | ({"Content-Encoding": encoding} if encoding else {})
        pieces = (content[at : at + 77_777] for at in range(0, len(content), 77_777))
        assert client.post(f"{API}/commit/main", content=pieces, headers=headers).status_code == 200
        assert store.read_blob(space.id, "main", "big.bin", 1 << 20) == big
        assert store.read_blob(space.id, "main", "small/49", 9) == b"49"
    assert not any((get_settings().data / "uploads").iterdir())


def test_a_commit_has_a_size_and_says_which(client, space, me, monkeypatch):
    monkeypatch.setenv("DEMODOCK_PUSH_LIMIT", "1")
    monkeypatch.setenv("DEMODOCK_FILE_LIMIT", "5")
    get_settings.cache_clear()
    for lines in ([put("big", b"x" * (1 << 20) + b"x")], [put(f"{n}", b"x" * 40_000) for n in range(5)] * 6):
        answer = send(client, me, header(), *lines)
        assert answer.status_code == 413 and answer.json()["error"]
    asked = {"files": [{"path": "big", "sample": "", "size": (1 << 20) + 1}]}
    refused = client.post(f"{API}/preupload/main", json=asked, headers=me)
    assert refused.status_code == 413 and "1 MiB" in refused.json()["error"]
    assert send(client, me, header(), *[put(f"{n}") for n in range(2)]).json()["code"] == "too_many_files"
    assert send(client, me, header(), put("fits", b"x" * (1 << 19))).status_code == 200


def test_preupload_sends_everything_the_regular_way(client, space, me):
    there = {item["path"]: item["oid"] for item in client.get(f"{API}/tree/main").json()}
    asked = {"files": [{"path": path, "sample": "", "size": 1 << 29} for path in ("app.py", "model.bin", "data")]}
    body = client.post(f"{API}/preupload/main", json=asked, headers=me).json()
    assert body["commitOid"] == store.head(space.id).sha
    assert body["files"] == [
        {"path": "app.py", "uploadMode": "regular", "shouldIgnore": False, "oid": there["app.py"]},
        {"path": "model.bin", "uploadMode": "regular", "shouldIgnore": False},
        {"path": "data", "uploadMode": "regular", "shouldIgnore": False},
    ]
    many = {"files": [{"path": "a", "sample": "", "size": 1}] * 257}
    assert client.post(f"{API}/preupload/main", json=many, headers=me).status_code == 422
    for path in HOSTILE[:8]:
        asked = {"files": [{"path": path, "sample": "", "size": 1}]}
        assert client.post(f"{API}/preupload/main", json=asked, headers=me).status_code == 422


def test_a_gitignore_is_honoured_the_given_one_before_the_stored(client, space, me):
    names = ["a.log", "keep.log", "build/x", "sub/build/y", "top", "sub/top", "-r", "fine.py"]
    asked = {"files": [{"path": path, "sample": "", "size": 1} for path in names]}

    def left_out(**more):
        body = client.post(f"{API}/preupload/main", json=asked | more, headers=me).json()
        return [file["path"] for file in body["files"] if file["shouldIgnore"]]

    assert left_out() == []
    text = "*.log\n!keep.log\nbuild/\n/top\n"
    assert left_out(gitIgnore=text) == ["a.log", "build/x", "sub/build/y", "top"]
    commit_files(space.id, "x", "alice", {".gitignore": text.encode()})
    assert left_out() == ["a.log", "build/x", "sub/build/y", "top"]
    assert left_out(gitIgnore="*.py") == ["fine.py"] and left_out(gitIgnore="") == []
    huge = client.post(f"{API}/preupload/main", json=asked | {"gitIgnore": "x\n" * 200_000}, headers=me)
    assert huge.status_code == 422
