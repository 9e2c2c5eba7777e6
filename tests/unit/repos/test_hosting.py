"""What a push means to the platform's rows."""

import socket
import threading

import pytest
import uvicorn
from sqlmodel import select

from spaces import actions, db
from spaces.api.app import create_app
from spaces.errors import Forbidden, NotFound, Unauthorized
from spaces.lifecycle import Intent, Stage
from spaces.models import Build, RepoKind, Space
from spaces.models.owner import Role, TokenScope
from spaces.repos import rules, store
from spaces.repos.commit import commit_files
from spaces.repos.hosting import DatabaseHosting, catch_up, record_push, tidy
from spaces.repos.lfs import blobs, holdings
from spaces.repos.receive import Credentials
from tests.gitkit import change, git, work_tree
from tests.unit.files.lfskit import pointer_text
from tests.unit.people import a_space, actor_of, person, token_of

SPACE = RepoKind.SPACE
HOSTING = DatabaseHosting()


def by(name, scope=TokenScope.WRITE, role=Role.MEMBER) -> Credentials:
    return Credentials("x", token_of(name, scope, role))


def builds() -> list[Build]:
    with db.reading() as session:
        return list(session.exec(select(Build).order_by(Build.id)))


def test_who_may_read_and_push(place):
    space = a_space()
    person("bob")
    alice = by("alice")
    assert HOSTING.resolve(SPACE, "alice", "demo", None, write=False).number == space.id
    assert HOSTING.resolve(SPACE, "ALICE", "Demo", alice, write=True).number == space.id
    assert HOSTING.resolve(SPACE, "alice", "demo", by("root", role=Role.ADMIN), write=True).actor == "root"
    fresh = HOSTING.resolve(SPACE, "alice", "fresh", alice, write=True)
    assert (fresh.number, fresh.owner, fresh.name, fresh.actor) == (None, "alice", "fresh", "alice")
    with pytest.raises(NotFound):
        HOSTING.resolve(SPACE, "alice", "fresh", alice, write=False)
    for credentials, name in ((by("bob"), "demo"), (by("bob"), "fresh"), (by("alice", TokenScope.READ), "demo")):
        with pytest.raises(Forbidden):
            HOSTING.resolve(SPACE, "alice", name, credentials, write=True)
    for credentials in (None, Credentials("alice", "wrong")):
        with pytest.raises(Unauthorized):
            HOSTING.resolve(SPACE, "alice", "fresh", credentials, write=True)


def test_creating_twice_is_one_space_and_discarding_leaves_none(place):
    grant = HOSTING.resolve(SPACE, "alice", "fresh", by("alice"), write=True)
    space_id = HOSTING.create(grant)
    assert HOSTING.create(grant) == space_id
    store.create(space_id)
    with store.lock(space_id):
        HOSTING.discard(space_id)
    assert not store.exists(space_id)
    with db.reading() as session:
        assert session.get(Space, space_id) is None


def test_a_space_that_somebody_pushed_to_is_never_discarded(place):
    space = a_space()
    store.create(space.id)
    sha = commit_files(space.id, "x", "alice", {"app.py": b"1"})
    record_push(SPACE, space.id, sha, "alice")
    HOSTING.discard(space.id)
    assert store.head(space.id).sha == sha


def test_p47_a_push_told_twice_is_one_build_and_a_later_one_supersedes(place):
    space = a_space()
    store.create(space.id)
    first = commit_files(space.id, "x", "alice", {"app.py": b"1"})
    lines = record_push(SPACE, space.id, first, "alice")
    assert record_push(SPACE, space.id, first, "alice") == lines
    assert lines[1:4] == [
        "Build #1 of alice/demo queued.",
        "Follow: demodock logs alice/demo --build -f",
        "URL: http://alice-demo.localhost:8000",
    ]
    second = commit_files(space.id, "x", "alice", {"app.py": b"2"})
    assert "Build #2" in record_push(SPACE, space.id, second, "alice")[1]
    assert [(build.commit, build.status.value) for build in builds()] == [(first, "superseded"), (second, "queued")]
    with db.reading() as session:
        row = session.get(Space, space.id)
        assert (row.head, row.stage) == (second, Stage.BUILDING)


def test_a_paused_space_is_built_and_says_that_it_stays_paused(place):
    space = a_space(intent=Intent.PAUSED)
    store.create(space.id)
    sha = commit_files(space.id, "x", "alice", {"app.py": b"1"})
    assert "It is paused; start it: demodock restart alice/demo" in record_push(SPACE, space.id, sha, "alice")


def test_p47_a_push_whose_process_died_is_built_at_the_next_start(place):
    space = a_space()
    untouched = a_space(name="other")
    store.create(space.id)
    store.create(untouched.id)
    sha = commit_files(space.id, "x", "alice", {"app.py": b"1"})
    catch_up()
    catch_up()
    assert [(build.space_id, build.commit) for build in builds()] == [(space.id, sha)]


def test_a_deleted_space_is_not_built(place):
    space, alice = a_space(), actor_of("alice")
    with db.writing() as session:
        actions.delete_space(session, session.get_one(Space, space.id), alice)
    with pytest.raises(NotFound):
        record_push(SPACE, space.id, "a" * 40, "alice")
    catch_up()
    assert builds() == []


def test_the_api_takes_a_push_and_tells_the_build_and_the_url(place, tmp_path):
    token = token_of("alice")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(), log_level="warning", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        remote = f"http://x:{token}@127.0.0.1:{listener.getsockname()[1]}/spaces/alice/demo"
        work = work_tree(tmp_path / "work", {"app.py": "x" * 100_000})
        said = git("push", remote, "HEAD:main", cwd=work)
        assert "remote: Build #1 of alice/demo queued." in said
        assert "remote: Follow: demodock logs alice/demo --build -f" in said
        assert "remote: URL: http://alice-demo.localhost:8000" in said
        change(work, {"app.py": "2"})
        assert "Build #2" in git("push", remote, "HEAD:main", cwd=work)
        assert "Repository not found" in git("ls-remote", remote + "x", cwd=work, check=False)
        git("clone", "-q", remote, str(tmp_path / "clone"), cwd=tmp_path)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def test_a_push_that_ends_at_pointers_to_nothing_is_taken_back(server, tmp_path):
    token, space = token_of("alice"), a_space()
    other = a_space(name="other")
    hold(other.id, b"not mine" * 50)
    remote = server.replace("://", f"://x:{token}@") + "/spaces/alice/demo"
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    git("push", remote, "HEAD:main", "HEAD:refs/tags/v1", cwd=work)
    before = store.refs(space.id)
    change(work, {"m.bin": pointer_text(b"not mine" * 50).decode(), "n.bin": pointer_text(b"gone" * 50).decode()})
    git("tag", "-f", "-a", "v1", "-m", "moved", cwd=work)
    for _ in range(2):
        said = git("push", "-f", remote, "HEAD:main", "HEAD:refs/heads/new", "v1", cwd=work, check=False)
        assert "m.bin, n.bin" in said and "git lfs push --all" in said and said.count("[remote rejected]") == 3, said
        assert store.refs(space.id) == before and len(builds()) == 1
    hold(space.id, b"not mine" * 50)
    assert "sent here: n.bin" in " ".join(git("push", remote, "HEAD:main", cwd=work, check=False).split())
    change(work, {"n.bin": "not large after all"})
    assert "Build #2" in git("push", remote, "HEAD:main", cwd=work), "earlier commits may have lost their files"


def test_a_first_push_of_pointers_to_nothing_makes_no_space(server, tmp_path):
    remote = server.replace("://", f"://x:{token_of('alice')}@") + "/spaces/alice/fresh"
    work = work_tree(tmp_path / "work", {"m.bin": pointer_text(b"gone" * 50).decode()})
    assert "m.bin" in git("push", remote, "HEAD:main", cwd=work, check=False)
    with db.reading() as session:
        assert session.exec(select(Space)).all() == []


def hold(number, content):
    with blobs.Incoming(len(content)) as incoming:
        incoming.write(content)
        holdings.keep(number, incoming)


def test_a_repository_in_which_much_has_gathered_is_packed_without_what_nobody_needs(place, monkeypatch):
    space = a_space()
    store.create(space.id)
    repository = store.path(space.id)
    shas = []
    for text in ("built", "forgotten"):
        shas.append(commit_files(space.id, text, "alice", {"a": text.encode()}))
        store.keep(space.id, shas[-1])
        git("repack", "-q", cwd=repository)
    built = shas[0]
    record_push(SPACE, space.id, built, "alice")
    packs = list(repository.glob("objects/pack/*.pack"))
    assert len(packs) == 2
    tidy()
    assert set(repository.glob("objects/pack/*.pack")) == set(packs), "little has gathered: nothing to do"
    monkeypatch.setattr(store, "PACKS", 1)
    monkeypatch.setattr(store, "SERVE_CONFIG", ("gc.auto=1000", "gc.autoPackLimit=1"))
    tidy()
    assert len(list(repository.glob("objects/pack/*.pack"))) == 1
    kept = git("for-each-ref", "--format=%(refname)", f"{rules.PLATFORM_REFS}/keep", cwd=repository).split()
    assert kept == [f"{rules.PLATFORM_REFS}/keep/{built}"]
