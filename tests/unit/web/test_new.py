"""A new Space by a page: from a template, from files, from elsewhere, or empty and ready for a first push."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile

import pytest
from sqlmodel import select

from spaces import db, env
from spaces.models import Build, Import, Space, Token, Visibility
from spaces.models.owner import TokenScope
from spaces.models.space import EnvKind
from spaces.owners import authenticate
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.web import beginnings
from tests.unit.people import a_space
from tests.unit.web.kit import _TOKEN, ORIGIN, Browser, with_password


@pytest.fixture
def alice(browser) -> Browser:
    with_password("alice")
    browser.sign_in("alice")
    return browser


def upload(browser: Browser, files: list, **fields: str):
    token = _TOKEN.search(browser.get("/new?how=upload").text)
    data = {"owner": "alice", "name": "fresh", "sdk": "", "form_token": token[1] if token else ""} | fields
    return browser.http.post("/new/upload", data=data, files=files, headers={"Origin": ORIGIN})


def paths(name: str = "fresh") -> dict[str, bytes]:
    with db.reading() as session:
        space = session.exec(select(Space).where(Space.name == name)).one()
    listed = store.list_tree(space.id, "main", recursive=True)
    return {
        entry.path: store.read_blob(space.id, "main", entry.path, 1 << 20) for entry in listed if entry.kind == "blob"
    }


def none_there() -> bool:
    with db.reading() as session:
        return session.exec(select(Space.id).where(Space.name_key == "fresh")).first() is None


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_whoever_is_not_signed_in_is_asked_to(browser):
    assert browser.get("/new").headers["location"] == "/login?next=/new"
    assert upload(browser, [("folder", ("app/app.py", b"1"))]).status_code in (303, 401)


@pytest.mark.parametrize("how", ["template", "upload", "git", "import"])
def test_every_way_has_its_form(alice, how):
    page = alice.get(f"/new?how={how}").text
    assert f'action="/new/{how}"' in page and 'aria-current="page"' in page


def test_a_folder_becomes_a_space_with_a_card_and_is_built(alice):
    sent = upload(
        alice,
        [
            ("folder", ("my app/app.py", b"import gradio")),
            ("folder", ("my app/data/a.csv", b"1,2")),
            ("folder", ("my app/.git/config", b"[core]")),
            ("folder", ("my app/.DS_Store", b"x")),
        ],
        visibility="private",
    )
    assert sent.headers["location"] == "/spaces/alice/fresh"
    files = paths()
    assert files["app.py"] == b"import gradio" and files["data/a.csv"] == b"1,2"
    assert b"sdk: gradio" in files["README.md"] and set(files) == {
        ".gitattributes",
        "README.md",
        "app.py",
        "data/a.csv",
    }
    with db.reading() as session:
        assert session.exec(select(Build)).one().actor == "alice"
        assert session.exec(select(Space)).one().visibility == Visibility.PRIVATE


@pytest.mark.parametrize(
    "files, sdk",
    [
        ({"index.html": b"<h1>"}, "static"),
        ({"Dockerfile": b"FROM x", "app.py": b""}, "docker"),
        ({"app.py": b"import streamlit as st"}, "streamlit"),
        ({"main.py": b"x", "requirements.txt": b"gradio"}, "gradio"),
    ],
)
def test_an_archive_becomes_a_space_of_the_kind_that_it_looks_like(alice, files, sdk):
    sent = upload(alice, [("archive", ("a.zip", zipped({f"top/{name}": text for name, text in files.items()})))])
    assert sent.status_code == 303, sent.text
    assert f"sdk: {sdk}\n".encode() in paths()["README.md"] and files.keys() <= paths().keys()


def test_a_card_that_is_there_stays_and_a_readme_without_one_gets_it(alice):
    own = b"---\nsdk: docker\n---\n# Mine\n"
    upload(alice, [("archive", ("a.zip", zipped({"README.md": own, "Dockerfile": b"FROM x"})))])
    assert paths()["README.md"] == own
    upload(
        alice, [("archive", ("b.zip", zipped({"README.md": b"# Mine\n", "app.py": b"1"})))], name="second", sdk="gradio"
    )
    assert paths("second")["README.md"].endswith(b"---\n\n# Mine\n")


def evil_tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        link = tarfile.TarInfo("out")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    return packed.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        [("archive", ("a.zip", zipped({"app.py": b"1", "../../evil": b"x"})))],
        [("archive", ("a.tar.gz", evil_tar()))],
        [("archive", ("a.zip", b"no archive"))],
        [("folder", ("app/../../evil", b"x"))],
        [],
    ],
)
def test_p12_what_may_not_be_is_refused_as_a_whole_and_leaves_no_space(alice, place, files):
    sent = upload(alice, files or [("other", ("x", b""))])
    assert sent.status_code in (400, 422) and 'role="alert"' in sent.text and none_there()
    assert not [path for path in place.path("uploads", "x").parent.iterdir()], "nothing is left lying about"
    assert not list(place.data.rglob("evil"))


def test_a_commit_that_fails_takes_the_space_with_it(alice, monkeypatch):
    monkeypatch.setattr(beginnings.commits, "write_commit", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    assert upload(alice, [("folder", ("a/app.py", b"1"))]).status_code == 500
    assert none_there()


def test_a_template_becomes_a_space_and_says_which_secrets_it_lacks(alice):
    source = a_space("bob", "starter", sdk="gradio", template=True, title="Starter <b>")
    store.create(source.id)
    sha = commit_files(source.id, "first", "bob", {"app.py": b"1", "README.md": b"---\nsdk: gradio\n---\n"})
    with db.writing() as session:
        row = session.get(Space, source.id)
        row.head = sha
        env.put_entry(session, row, EnvKind.SECRET, "API_KEY", "bobs", "")
        env.put_entry(session, row, EnvKind.VARIABLE, "GREETING", "hi", "")
    page = alice.get("/new").text
    assert 'value="bob/starter"' in page and "Starter &lt;b&gt;" in page
    sent = alice.send("/new/template", page="/new", **{"from": "bob/starter"}, owner="alice", name="fresh")
    assert sent.headers["location"] == "/spaces/alice/fresh/settings?missing=API_KEY#secrets"
    assert "API_KEY" in alice.get(sent.headers["location"].partition("#")[0]).text
    assert paths()["app.py"] == b"1"
    assert alice.send("/new/template", page="/new", owner="alice", name="x").status_code == 422


def test_git_gets_an_empty_space_and_a_token_for_it_alone_once(alice):
    answer = alice.send("/new/git", page="/new?how=git", owner="alice", name="fresh", sdk="docker", token="yes")
    (text,) = set(re.findall(r"dd_[A-Za-z0-9_-]{20,}", answer.text))
    assert f"http://alice:{text}@localhost:8000/spaces/alice/fresh main" in answer.text
    assert "sdk: docker" in answer.text and answer.headers["cache-control"] == "private, no-store"
    with db.reading() as session:
        token = session.exec(select(Token).where(Token.name == "git push to alice/fresh")).one()
        assert token.scope == TokenScope.FINE_GRAINED and token.expires_at is not None
        (grant,) = authenticate(text).grants
        assert grant.number == session.exec(select(Space.id)).one()
    assert "dd_" not in alice.get("/new?how=git").text
    without = alice.send("/new/git", page="/new?how=git", owner="alice", name="second", sdk="gradio")
    assert "http://alice@localhost:8000/spaces/alice/second" in without.text and "dd_" not in without.text


def test_an_import_begins_and_its_page_tells_how_far_it_is(alice, browsers, monkeypatch):
    from spaces.imports.runner import runner
    from spaces.lifecycle import BuildStatus, Reason

    monkeypatch.setattr(runner, "ring", lambda: None)
    sent = alice.send(
        "/new/import", page="/new?how=import", url="https://huggingface.co/spaces/o/n", owner="alice", name=""
    )
    where = sent.headers["location"]
    assert where == "/new/imports/1" and "Importing alice/n" in alice.get(where).text
    with_password("bob")
    bob = browsers()
    bob.sign_in("bob")
    assert bob.get(where).status_code == 404
    with db.writing() as session:
        row = session.get(Import, 1)
        row.status, row.reason = BuildStatus.FAILED, Reason(code="x", message="<b>Nothing</b> there.")
    page = alice.get(where).text
    assert "&lt;b&gt;Nothing&lt;/b&gt; there." in page and 'hx-get="/new' not in page
    assert "<title>alice/n could not be imported" in page and "Importing" not in page
    done = a_space("alice", "n")
    with db.writing() as session:
        row = session.get(Import, 1)
        row.status, row.space_id = BuildStatus.SUCCEEDED, done.id
    assert alice.get(where).headers["location"] == "/spaces/alice/n"
    part = alice.http.get(where, headers={"HX-Request": "true"})
    assert part.headers["hx-redirect"] == "/spaces/alice/n"
    refused = alice.send("/new/import", page="/new?how=import", url="file:///etc/passwd", owner="alice", name="x")
    assert refused.status_code in (400, 422) and "/etc/passwd" in refused.text


def test_what_is_wrong_is_said_and_what_was_typed_stays(alice):
    a_space("alice", "taken")
    answer = alice.send("/new/git", page="/new?how=git", owner="alice", name="taken", sdk="gradio")
    assert answer.status_code == 409 and 'value="taken"' in answer.text
    answer = alice.send("/new/git", page="/new?how=git", owner="bob", name='"><script>', sdk="gradio")
    assert answer.status_code in (403, 422) and "<script>" not in answer.text.replace('<script src="/assets', "")
    assert alice.send("/new/git", page="/new?how=git", owner="alice", name="", sdk="gradio").status_code == 422


def test_p28_nothing_is_created_but_by_a_form_of_ours(alice):
    for path in ("/new/git", "/new/template", "/new/import", "/new/upload"):
        for origin in ("http://alice-demo.localhost:8000", "null"):
            answer = alice.http.post(path, data={"name": "fresh", "owner": "alice"}, headers={"Origin": origin})
            assert answer.status_code == 403, path
    wrong = alice.http.post(
        "/new/upload",
        data={"name": "fresh", "owner": "alice", "form_token": "0" * 64},
        files=[("folder", ("a/app.py", b"1"))],
        headers={"Origin": ORIGIN},
    )
    assert wrong.status_code == 403 and none_there()
