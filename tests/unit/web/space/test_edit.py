"""Editing in the browser: every change is a commit, asks for a build, and never silently overwrites somebody else's."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from spaces import db
from spaces.models import Build, PullRequest, Space, Visibility
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.web.kit import _TOKEN, ORIGIN, Browser

HERE = "/spaces/alice/demo"


def send(browser: Browser, page: str, act: str = "", files: list | None = None, accept: str = "", **fields: str):
    """Opens the page and sends its form; fields that the person did not touch are sent as they stand."""
    text = browser.get(HERE + page).text
    parent = re.search(r'name="parent" value="([0-9a-f]*)"', text)
    filled = {"form_token": _TOKEN.search(text)[1], "parent": parent[1] if parent else "", "as_pull": "0"} | fields
    parts = [(name, (None, value)) for name, value in filled.items()] + (files or [])
    headers = {"Origin": ORIGIN} | ({"Accept": accept} if accept else {})
    return browser.http.post(HERE + (act or page), files=parts, headers=headers)


def content(space, path: str, rev: str = "main") -> bytes:
    return store.read_blob(space.id, rev, path, 1 << 20)


def paths(space, rev: str = "main") -> list[str]:
    return [entry.path for entry in store.list_tree(space.id, rev, recursive=True)]


def builds(space) -> list[str]:
    with db.reading() as session:
        return [build.commit for build in session.exec(select(Build).where(Build.space_id == space.id))]


def test_an_edit_is_a_commit_and_asks_for_a_build(alice, space):
    answer = send(
        alice, "/edit/main/app.py", do="save", path="app.py", text="print(3)\r\n", title="Count on", description="why"
    )
    assert answer.status_code == 303, answer.text
    (newest,) = store.log(space.id, "main", 1)
    assert (
        content(space, "app.py") == b"print(3)\n" and newest.message == "Count on\n\nwhy" and newest.author == "alice"
    )
    assert builds(space)[-1] == newest.sha
    assert answer.headers["location"] == f"{HERE}/blob/main/app.py?done={newest.sha}"
    assert "being built" in alice.get(answer.headers["location"]).text


def test_without_a_message_it_says_what_it_does(alice, space):
    send(alice, "/edit/main/app.py", do="save", path="app.py", text="print(4)\n")
    assert store.log(space.id, "main", 1)[0].title == "Update app.py"


def test_the_editor_holds_the_text_as_it_is_and_as_text(alice, space):
    commit_files(space.id, "m", "alice", {"x.html": b"\n</textarea><script>alert(1)</script>\n"})
    text = alice.get(f"{HERE}/edit/main/x.html").text
    assert "<script>alert" not in text
    # browsers drop one line's end after the tag
    assert re.search(r"<textarea id=[^>]*>\n\n&lt;/textarea", text)


def test_a_new_file_a_new_name_and_a_file_that_goes(alice, space):
    assert send(alice, "/new/main", do="save", path="lib/new.py", text="x = 1\n").status_code == 303
    assert content(space, "lib/new.py") == b"x = 1\n"
    moved = send(alice, "/edit/main/lib/new.py", do="save", path="lib/newer.py", text="x = 2\n")
    assert moved.headers["location"].startswith(f"{HERE}/blob/main/lib/newer.py")
    assert "lib/new.py" not in paths(space) and content(space, "lib/newer.py") == b"x = 2\n"
    gone = send(alice, "/edit/main/lib/newer.py", do="delete", path="lib/newer.py", text="x")
    assert gone.headers["location"].startswith(f"{HERE}/tree/main/lib?") and "lib/newer.py" not in paths(space)
    assert alice.get(gone.headers["location"]).status_code in (200, 404)


def test_what_is_no_text_is_renamed_with_its_bytes(alice, space):
    before = content(space, "data/pic.png")
    assert 'name="text"' not in alice.get(f"{HERE}/edit/main/data/pic.png").text
    send(alice, "/edit/main/data/pic.png", do="save", path="pic.png")
    assert content(space, "pic.png") == before and "data/pic.png" not in paths(space)


def test_a_new_file_takes_nobody_elses_place(alice, space):
    answer = send(alice, "/new/main", do="save", path="app.py", text="mine")
    assert answer.status_code == 409 and "mine" in answer.text and content(space, "app.py") == b"print(22)\n"


def test_a_push_meanwhile_that_changed_this_file_is_told_and_nothing_typed_is_lost(alice, space):
    page = alice.get(f"{HERE}/edit/main/app.py").text
    opened_at = re.search(r'name="parent" value="([0-9a-f]+)"', page)[1]
    commit_files(space.id, "meanwhile", "bob", {"app.py": b"print('bob')\n"})
    typed = {"do": "save", "path": "app.py", "text": "print('alice')\n", "title": "Mine", "parent": opened_at}
    answer = send(alice, "/edit/main/app.py", **typed)
    assert answer.status_code == 409 and content(space, "app.py") == b"print('bob')\n"
    assert "print(&#39;alice&#39;)" in answer.text and 'value="Mine"' in answer.text
    newest = re.search(r'name="parent" value="([0-9a-f]+)"', answer.text)[1]
    assert newest == store.resolve(space.id, "main") and f"{HERE}/commit/{newest}" in answer.text
    assert send(alice, "/edit/main/app.py", **typed | {"parent": newest}).status_code == 303
    assert content(space, "app.py") == b"print('alice')\n"


def test_a_push_meanwhile_of_another_file_bothers_nobody(alice, space):
    page = alice.get(f"{HERE}/edit/main/app.py").text
    opened_at = re.search(r'name="parent" value="([0-9a-f]+)"', page)[1]
    commit_files(space.id, "meanwhile", "bob", {"other.py": b"x"})
    assert send(alice, "/edit/main/app.py", do="save", path="app.py", text="y", parent=opened_at).status_code == 303
    assert content(space, "app.py") == b"y" and content(space, "other.py") == b"x"


def test_who_may_not_write_proposes(bob, space):
    page = bob.get(f"{HERE}/edit/main/app.py").text
    assert "pull request" in page and 'type="radio"' not in page
    answer = send(bob, "/edit/main/app.py", do="save", path="app.py", text="better\n", title="Better", as_pull="1")
    assert answer.status_code == 303 and answer.headers["location"].endswith("?pull=1")
    assert content(space, "app.py") == b"print(22)\n" and content(space, "app.py", "refs/pr/1") == b"better\n"
    with db.reading() as session:
        assert session.exec(select(PullRequest)).one().title == "Better"
    assert "refs/pr/1" in bob.get(answer.headers["location"]).text
    assert bob.get(f"{HERE}/tree/refs%2Fpr%2F1").status_code == 200


def test_of_a_protected_space_nobody_else_proposes_anything(bob, space):
    with db.writing() as session:
        session.get(Space, space.id).visibility = Visibility.PROTECTED
    for page in ("/edit/main/app.py", "/new/main", "/upload/main"):
        assert bob.get(HERE + page).status_code == 404


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", ".git/config", "a/../../x", "a//b", "x\0y", "", "a\nb", "..\\x"]
)
def test_a_path_that_may_not_be_is_refused_and_what_was_typed_stays(alice, space, path):
    before = paths(space)
    answer = send(alice, "/new/main", do="save", path=path, text="typed by hand")
    assert answer.status_code in (400, 422) and "typed by hand" in answer.text and paths(space) == before


def test_a_form_that_commits_says_what_it_does_and_to_which_branch(alice, space):
    for page, what in (("/edit/main/app.py", "Edit"), ("/new/main", "New file"), ("/upload/main", "Upload files")):
        text = alice.get(HERE + page).text
        assert f"<h2>{what}</h2>" in text and "Commit to main" in text


def test_earlier_commits_and_tags_are_looked_at_and_not_edited(alice, space):
    sha = store.log(space.id, "main")[-1].sha
    assert alice.get(f"{HERE}/edit/{sha}/app.py").status_code == 400
    assert f"/edit/{sha}" not in alice.get(f"{HERE}/blob/{sha}/app.py").text


def test_several_files_are_uploaded_in_one_commit(alice, space):
    files = [("files", ("a.bin", b"\0\1")), ("files", ("sub/b.txt", b"b")), ("files", ("name <b>.txt", b"c"))]
    answer = send(alice, "/upload/main/data", act="/upload/main/", files=files, folder="data")
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"{HERE}/tree/main/data?done=")
    assert {"data/a.bin", "data/sub/b.txt", "data/name <b>.txt"} <= set(paths(space))
    assert store.log(space.id, "main", 1)[0].title == "Upload 3 files"


def test_a_script_is_told_where_to_go_on_or_what_is_wrong(alice, space):
    files = [("files", ("a.bin", b"x"))]
    json = "application/json"
    fine = send(alice, "/upload/main", act="/upload/main/", files=files, folder="", accept=json)
    assert fine.status_code == 200 and fine.json()["where"].startswith(f"{HERE}/tree/main?done=")
    wrong = send(
        alice, "/upload/main", act="/upload/main/", files=[("files", ("../../a", b"x"))], folder="", accept=json
    )
    assert wrong.status_code == 422 and "bad_path" not in wrong.json()["message"] and wrong.json()["message"]
    none = send(alice, "/upload/main", act="/upload/main/", folder="", accept=json)
    assert none.status_code == 400


def test_an_upload_ends_at_the_platforms_limit(alice, space, monkeypatch):
    from spaces.settings import get_settings

    monkeypatch.setattr(get_settings(), "push_limit", 1)
    assert "At most 1 MiB in one commit." in alice.get(f"{HERE}/upload/main").text
    answer = send(alice, "/upload/main", act="/upload/main/", files=[("files", ("a.bin", b"x" * (2 << 20)))], folder="")
    assert answer.status_code == 413 and "a.bin" not in paths(space)


def test_a_form_that_is_none_is_refused(alice, space):
    headers = {"Origin": ORIGIN, "Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\nno header", b"\xff" * 1000, b"--x--"):
        assert alice.http.post(f"{HERE}/edit/main/app.py", content=body, headers=headers).status_code in (400, 403)
