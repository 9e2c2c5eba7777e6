"""Folders, single paths, revisions and commits of a Space, on the Hub's paths."""

from __future__ import annotations

import pytest

from spaces.repos import history, store
from spaces.repos.commit import commit_files
from tests.unit.files.kit import API, HOSTILE, WEB, header, put, send
from tests.unit.people import a_space


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
