"""A Space made of another."""

from __future__ import annotations

import subprocess

import pytest
from sqlmodel import select

from spaces import copies, db, env
from spaces.models import Build, EnvEntry, RepoKind, Space
from spaces.models.space import EnvKind
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.repos.export import export_tree
from spaces.repos.lfs import blobs, holdings
from tests.unit.files.lfskit import pointer_of, pointer_text
from tests.unit.people import a_space, actor_of


@pytest.fixture
def source(place) -> Space:
    space = a_space("alice", "source")
    store.create(space.id)
    commit_files(space.id, "first", "alice", {"app.py": b"print(1)\n"})
    commit_files(space.id, "second", "alice", {"app.py": b"print(2)\n"})
    with db.writing() as session:
        env.put_entry(session, session.get(Space, space.id), EnvKind.VARIABLE, "MODE", "demo", "what it shows")
        env.put_entry(session, session.get(Space, space.id), EnvKind.SECRET, "KEY", "s3cret")
    return space


def test_files_and_history_come_along_and_are_built(source):
    target = a_space("bob", "target")
    copies.copy_files(RepoKind.SPACE, source.id, target.id, "bob")
    assert [commit.title for commit in store.log(target.id, "main")] == ["second", "first"]
    assert store.read_blob(target.id, "main", "app.py", 100) == b"print(2)\n"
    with db.reading() as session:
        assert session.exec(select(Build.commit).where(Build.space_id == target.id)).all() == [
            store.head(source.id).sha
        ]


def test_what_was_pushed_and_taken_back_stays_behind(source):
    first = store.log(source.id, "main")[-1].sha
    lost = commit_files(source.id, "a password", "alice", {"password": b"hunter2"})
    subprocess.run(["git", f"--git-dir={store.path(source.id)}", "update-ref", "refs/heads/main", first], check=True)
    target = a_space("bob", "target")
    copies.copy_files(RepoKind.SPACE, source.id, target.id, "bob")
    shown = subprocess.run(["git", f"--git-dir={store.path(target.id)}", "cat-file", "-e", lost], capture_output=True)
    assert shown.returncode and store.head(target.id).sha == first


def test_large_files_that_the_history_names_come_along_and_no_others(source):
    contents = {name: name.encode() * 99 for name in ("now", "before", "never named")}
    for content in contents.values():
        with blobs.Incoming(len(content)) as incoming:
            incoming.write(content)
            holdings.keep(source.id, incoming)
    for name in ("before", "now"):
        commit_files(source.id, name, "alice", {"model.bin": pointer_text(contents[name])})
    target = a_space("bob", "target")
    copies.copy_files(RepoKind.SPACE, source.id, target.id, "bob")
    assert {row.oid for row in holdings.listed(target.id)} == {pointer_of(contents[n]).oid for n in ("now", "before")}
    holdings.release(source.id)
    assert export_tree(target.id, "main").read("model.bin") == contents["now"]


def test_variables_come_along_and_secrets_are_only_named(source):
    actor_of("bob")
    target = a_space("bob", "target")
    with db.writing() as session:
        row = session.get(Space, target.id)
        env.put_entry(session, row, EnvKind.VARIABLE, "OTHER", "mine")
        assert copies.copy_variables(session, session.get(Space, source.id), row) == ["KEY"]
    with db.reading() as session:
        rows = session.exec(select(EnvEntry).where(EnvEntry.space_id == target.id).order_by(EnvEntry.key)).all()
    assert [(row.key, row.kind, row.value) for row in rows] == [
        ("MODE", EnvKind.VARIABLE, "demo"),
        ("OTHER", EnvKind.VARIABLE, "mine"),
    ]


def test_an_empty_space_makes_an_empty_one(place):
    source, target = a_space("alice", "source"), a_space("bob", "target")
    store.create(source.id)
    assert copies.copy_files(RepoKind.SPACE, source.id, target.id, "bob") == []
    assert store.head(target.id) is None
