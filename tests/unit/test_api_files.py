"""A Space's files on the Hub's paths: looked at, downloaded, committed; branches and tags."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from sqlmodel import select

from spaces import db
from spaces.models import Build, Space
from spaces.models.owner import TokenScope
from spaces.repos import changes, history, store
from spaces.repos.commit import commit_files
from spaces.settings import get_settings
from tests import gitkit
from tests.unit.people import a_space, bearer, token_of

API, WEB = "/api/spaces/alice/demo", "/spaces/alice/demo"
HOSTILE = [
    *"../x a/../../x /etc/passwd .git/config a/.GIT/hooks/x git~1/x a//b ./a".split(),
    *["a\0b", "a\nb", "\udcff", "\ud800", "x" * 300, "x/" * 3000 + "x", ""],
]


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


@pytest.fixture
def space(client, me) -> Space:
    """alice/demo with two commits."""
    made = a_space()
    store.create(made.id)
    commit_files(made.id, "first", "alice", {"app.py": b"print(1)\n", "data/a.csv": b"1,2\n", "data/deep/b": b"b"})
    commit_files(made.id, "second\n\nand <why>", "bob", {"app.py": b"print(22)\n", "pic.png": b"\x89PNG" * 9})
    return made


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


# -- looking ---------------------------------------------------------------------------------------


def test_a_folder_is_listed_with_its_folders(client, space):
    listed = client.get(f"{API}/tree/main").json()
    assert [(item["type"], item["path"], item["size"]) for item in listed] == [
        ("file", "app.py", 10),
        ("directory", "data", 0),
        ("file", "pic.png", 36),
    ]
    assert listed[0].keys() == {"type", "oid", "size", "path"}
    deep = client.get(f"{API}/tree/main", params={"recursive": "True"}).json()
    assert [item["path"] for item in deep] == ["app.py", "data", "data/a.csv", "data/deep", "data/deep/b", "pic.png"]
    for path in ("data", "data/deep", "data%2Fdeep"):
        assert client.get(f"{API}/tree/main/{path}").status_code == 200
    assert [item["path"] for item in client.get(f"{API}/tree/main/data%2Fdeep").json()] == ["data/deep/b"]


@pytest.mark.parametrize("path", ["nope", "app.py", "data/nope", "app.py/below"])
def test_what_is_no_folder_is_an_entry_not_found(client, space, path):
    answer = client.get(f"{API}/tree/main/{path}")
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")


def test_a_long_listing_comes_in_pages_of_one_commit(client, space):
    seen, url = [], f"{API}/tree/main?recursive=true&limit=4"
    while url:
        answer = client.get(url)
        seen += [item["path"] for item in answer.json()]
        url = answer.links.get("next", {}).get("url")
        assert url is None or url.startswith("http://localhost:8000/api/spaces/alice/demo/tree/")
        commit_files(space.id, "meanwhile", "bob", {"aaa": str(len(seen)).encode()})
    assert seen == ["app.py", "data", "data/a.csv", "data/deep", "data/deep/b", "pic.png"]
    assert client.get(f"{API}/tree/main", params={"cursor": "-1"}).status_code == 400


def test_expand_names_the_last_commit_of_each_entry(client, space, monkeypatch):
    def titles(path="", **params):
        listed = client.get(f"{API}/tree/main{path}", params={"expand": "true", **params}).json()
        return {item["path"]: item.get("lastCommit", {}).get("title") for item in listed}

    assert titles() == {"app.py": "second", "data": "first", "pic.png": "second"}
    assert titles("/data") == {"data/a.csv": "first", "data/deep": "first"}
    commit_files(space.id, "third", "bob", {"data/deep/b": b"c"})
    assert titles() == {"app.py": "second", "data": "third", "pic.png": "second"}
    found = client.post(f"{API}/paths-info/main", data={"paths": ["data/deep/b"], "expand": "True"}).json()
    assert found[0]["lastCommit"].keys() == {"id", "title", "date"} and found[0]["lastCommit"]["title"] == "third"
    monkeypatch.setattr(history, "COMMITS", 1)
    assert titles() == {"app.py": None, "data": "third", "pic.png": None}


def test_single_paths_are_described_and_missing_ones_left_out(client, space):
    asked = [
        "app.py",
        "data",
        "data/deep/b",
        "nope",
        "app.py/x",
        "data/",
        *[path for path in HOSTILE if path.isascii()],
    ]
    found = client.post(f"{API}/paths-info/main", data={"paths": asked, "expand": "False"})
    assert [(item["type"], item["path"]) for item in found.json()] == [
        ("file", "app.py"),
        ("directory", "data"),
        ("file", "data/deep/b"),
    ]


WRONG_REVISIONS = ["nope", "refs%2Fpr%2F1", "0" * 40, "..", "main..x", "--help", "main:app.py", "HEAD^", "a" * 300]


@pytest.mark.parametrize("rev", WRONG_REVISIONS)
def test_a_wrong_revision_is_told_as_such_everywhere(client, space, me, rev):
    rev = "%2E%2E" if rev == ".." else rev
    answers = [
        client.get(f"{API}/tree/{rev}"),
        client.get(f"{API}/tree/{rev}/data"),
        client.post(f"{API}/paths-info/{rev}", data={"paths": "app.py"}),
        client.get(f"{API}/commits/{rev}"),
        client.get(f"{API}/revision/{rev}"),
        client.get(f"{WEB}/resolve/{rev}/app.py"),
        client.head(f"{WEB}/resolve/{rev}/app.py"),
        client.post(f"{API}/preupload/{rev}", json={"files": []}, headers=me),
        send(client, me, header(), put("x"), rev=rev),
        client.post(f"{API}/tag/{rev}", json={"tag": "t"}, headers=me),
    ]
    told = {(answer.status_code, answer.headers.get("X-Error-Code")) for answer in answers}
    assert told == {(404, "RevisionNotFound")}


def test_a_space_is_described_at_a_revision(client, space):
    first = store.log(space.id, "main")[1].sha
    info = client.get(f"{API}/revision/{first[:10]}").json()
    assert info["sha"] == first and info["id"] == "alice/demo"
    assert [file["rfilename"] for file in info["siblings"]] == ["app.py", "data/a.csv", "data/deep/b"]
    some = client.get(f"{API}/revision/main", params={"expand": ["sha", "xetEnabled"]}).json()
    assert some.keys() == {"_id", "id", "sha", "xetEnabled"} and some["sha"] == store.head(space.id).sha
    assert client.get(f"{API}/revision/main", params={"expand": "nope"}).status_code == 400


def test_commits_are_listed_newest_first_and_by_pages(client, space):
    newest, oldest = client.get(f"{API}/commits/main").json()
    assert (newest["title"], newest["message"], newest["authors"]) == ("second", "and <why>", [{"user": "bob"}])
    assert oldest["id"] == store.log(space.id, "main")[1].sha and "formatted" not in oldest
    formatted = client.get(f"{API}/commits/main", params={"expand[]": "formatted"}).json()[0]["formatted"]
    assert formatted == {"title": "second", "message": "and &lt;why&gt;"}
    first = client.get(f"{API}/commits/main", params={"limit": 1})
    second = client.get(first.links["next"]["url"])
    assert [first.json()[0]["title"], second.json()[0]["title"]] == ["second", "first"] and not second.links


def test_main_means_the_default_branch_whatever_it_is_called(client, me):
    space = a_space()
    store.create(space.id)
    commit_files(space.id, "first", "alice", {"app.py": b"1"}, branch="master")
    assert client.get(f"{WEB}/resolve/main/app.py").content == b"1"
    assert send(client, me, header(), put("app.py", b"2")).status_code == 200
    assert client.get(f"{WEB}/resolve/master/app.py").content == b"2"
    assert [ref["name"] for ref in client.get(f"{API}/refs").json()["branches"]] == ["master"]


# -- downloading -----------------------------------------------------------------------------------


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


# -- committing ------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("lines", [[remove("nope")], [remove("data")], [remove("nope/", "deletedFolder")]])
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


def test_pull_requests_are_refused_clearly(client, space, me):
    asked = send(client, me, header(), put("a"), create_pr=1)
    before = client.post(f"{API}/preupload/main?create_pr=1", json={"files": []}, headers=me)
    for answer in (asked, before):
        assert answer.status_code == 400 and "no pull requests" in answer.json()["error"]


# -- branches and tags -----------------------------------------------------------------------------


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


# -- who may ---------------------------------------------------------------------------------------

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


# -- cards -----------------------------------------------------------------------------------------


def test_a_card_is_checked_before_it_is_committed(client):
    def check(content, kind="space"):
        return client.post("/api/validate-yaml", json={"content": content, "repoType": kind})

    good = check("---\nsdk: gradio\ntitle: T\n---\n# Hello")
    assert (good.status_code, good.json()) == (200, {"errors": [], "warnings": []})
    empty = check("# Hello")
    assert empty.status_code == 200 and len(empty.json()["warnings"]) == 1 and empty.json()["errors"] == []
    unknown = check("---\nsdk: gradio\ntitel: T\n---\n").json()["warnings"]
    assert len(unknown) == 1 and "titel" in unknown[0]["message"]
    for text in ("---\nsdk: nonsense\n---\n", "---\nsdk: [\n---\n", "---\nsdk: gradio\n"):
        bad = check(text)
        assert bad.status_code == 400 and bad.json()["errors"][0]["message"] and bad.json()["error"]
    assert check("---\nsdk: [\n---\n", "model").status_code == 200
