"""Models and datasets are repositories like a Space's: the same routes, other addresses, and nothing is built."""

from __future__ import annotations

import json
import subprocess

import pytest
from sqlmodel import select

from spaces import db
from spaces.models import Build, RepoKind, Repository, Visibility
from spaces.repos import hosting, store
from spaces.repos.commit import commit_files
from tests.gitkit import work_tree
from tests.unit.files.kit import header, put
from tests.unit.people import a_space, bearer, person, token_of

WEB = {RepoKind.MODEL: "/alice/demo", RepoKind.DATASET: "/datasets/alice/demo"}


@pytest.fixture(params=list(WEB))
def kind(request) -> RepoKind:
    return request.param


@pytest.fixture
def repository(place, kind) -> Repository:
    return a_repository(kind)


def a_repository(kind: RepoKind, **values) -> Repository:
    alice = person("alice")
    with db.writing() as session:
        row = Repository(kind=kind, owner_id=alice.id, name="demo", name_key="demo", **values)
        session.add(row)
        session.flush()
    store.create(row.id)
    return row


def commit(client, kind, *lines):
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    headers = bearer(token_of("alice")) | {"Content-Type": "application/x-ndjson"}
    return client.post(f"/api/{kind.plural}/alice/demo/commit/main", content=body, headers=headers)


def test_files_are_written_listed_and_read_where_the_hub_has_them(client, kind, repository):
    answer = commit(client, kind, header(), put("data/a.txt", b"hello"))
    assert answer.status_code == 200, answer.text
    sha = answer.json()["commitOid"]
    assert answer.json()["commitUrl"] == f"http://localhost:8000{WEB[kind]}/commit/{sha}"
    listed = client.get(f"/api/{kind.plural}/alice/demo/tree/main/data").json()
    assert [entry["path"] for entry in listed] == ["data/a.txt"]
    read = client.get(f"{WEB[kind]}/resolve/main/data/a.txt")
    assert (read.content, read.headers["x-repo-commit"]) == (b"hello", sha)
    assert client.get("/spaces/alice/demo/resolve/main/data/a.txt").status_code == 404


def test_a_commit_is_recorded_and_nothing_is_built(client, kind, repository):
    sha = commit(client, kind, header(), put("a.txt")).json()["commitOid"]
    with db.reading() as session:
        assert session.get(Repository, repository.id).head == sha
        assert not session.exec(select(Build)).all()


def test_git_pushes_and_clones_at_the_hubs_addresses(server, kind, tmp_path):
    number = a_repository(kind).id
    url = server.replace("//", f"//any:{token_of('alice')}@") + WEB[kind]
    work = work_tree(tmp_path / "work", {"a.txt": "hello"})
    pushed = subprocess.run(["git", "push", url, "main"], cwd=work, capture_output=True, text=True)
    assert pushed.returncode == 0 and "build" not in pushed.stderr.lower(), pushed.stderr
    subprocess.run(["git", "clone", "-q", f"{server}{WEB[kind]}.git", str(tmp_path / "clone")], check=True)
    assert (tmp_path / "clone" / "a.txt").read_text() == "hello"
    with db.reading() as session:
        assert session.get(Repository, number).head == store.head(number).sha


def test_a_push_makes_no_model_since_a_forgotten_word_would(server, tmp_path):
    work = work_tree(tmp_path / "work", {"a.txt": "hello"})
    url = server.replace("//", f"//any:{token_of('alice')}@") + "/alice/fresh"
    pushed = subprocess.run(["git", "push", url, "main"], cwd=work, capture_output=True, text=True)
    assert pushed.returncode != 0 and "not found" in pushed.stderr
    with db.reading() as session:
        assert not session.exec(select(Repository)).all()


def test_p41_a_private_repository_and_a_missing_one_answer_git_alike(server, kind, tmp_path):
    a_repository(kind, visibility=Visibility.PRIVATE)
    answers = []
    for path in (WEB[kind], WEB[kind].replace("demo", "none")):
        url = f"{server}{path}"
        asked = subprocess.run(
            ["git", "ls-remote", url],
            capture_output=True,
            text=True,
            env={"GIT_TERMINAL_PROMPT": "0", "PATH": "/usr/bin"},
        )
        answers.append((asked.returncode, asked.stderr.replace(path, "")))
    assert answers[0] == answers[1] and "could not read Username" in answers[0][1]
    with_token = f"{server.replace('//', '//any:' + token_of('alice') + '@')}{WEB[kind]}"
    assert subprocess.run(["git", "ls-remote", with_token], capture_output=True).returncode == 0


def test_a_protected_spaces_files_are_its_peoples_alone(client):
    space = a_space("alice", "demo", visibility=Visibility.PROTECTED)
    store.create(space.id)
    commit_files(space.id, "first", "alice", {"a.txt": b"hello"})
    for path in ("/spaces/alice/demo/resolve/main/a.txt", "/api/spaces/alice/demo/tree/main"):
        assert client.get(path).status_code == 404
        assert client.get(path, headers=bearer(token_of("alice"))).status_code == 200


def test_a_push_that_nobody_recorded_is_found_later(client, kind, repository):
    sha = commit_files(repository.id, "first", "alice", {"a.txt": b"hello"})
    hosting.catch_up()
    with db.reading() as session:
        assert session.get(Repository, repository.id).head == sha
