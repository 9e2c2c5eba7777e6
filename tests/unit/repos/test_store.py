"""Bare repositories: made, read, written without a working tree, deleted."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from spaces.errors import Conflict, EntryNotFound, Invalid, NotFound, RevisionNotFound, StaleRevision, TooLarge
from spaces.repos import git, store
from spaces.repos.commit import commit_files
from spaces.repos.rules import path_fault, valid_branch, valid_ref
from tests import gitkit


@pytest.fixture
def space(data) -> int:
    store.create(1007)
    return 1007


def test_a_repository_lies_under_a_path_made_from_its_id_alone(data, space):
    assert store.path(space) == data.data / "repos" / "001" / "1007.git"
    assert sorted(path.name for path in store.path(space).iterdir()) == ["HEAD", "config", "objects", "refs"]


def test_creating_twice_keeps_what_is_there(space):
    sha = commit_files(space, "first", "alice", {"app.py": b"1"})
    store.create(space)
    assert store.head(space) == store.Head("main", sha)


def test_an_empty_repository_has_no_head(space):
    assert store.head(space) is None
    assert store.refs(space) == {}
    with pytest.raises(RevisionNotFound):
        store.resolve(space, "main")


def test_a_missing_repository_is_not_found(data):
    with pytest.raises(NotFound):
        store.head(5)


def test_commits_are_written_read_and_listed(space):
    first = commit_files(space, "first\n\nwhy", "Alice <x>", {"app.py": b"print(1)", 'a b/"q".txt': b"q", "gone": b""})
    second = commit_files(space, "second", "bob", {"app.py": b"print(2)", "gone": None}, parent=first)
    assert store.head(space).sha == second
    assert store.read_blob(space, "main", "app.py", 100) == b"print(2)"
    assert store.read_blob(space, first, "app.py", 100) == b"print(1)"
    assert store.read_blob(space, first[:10], 'a b/"q".txt', 100) == b"q"
    assert [entry.path for entry in store.list_tree(space, "main", recursive=True)] == ['a b/"q".txt', "app.py"]
    assert [(entry.path, entry.kind) for entry in store.list_tree(space, "main")] == [
        ("a b", "tree"),
        ("app.py", "blob"),
    ]
    assert [entry.path for entry in store.list_tree(space, "main", "a b")] == ['a b/"q".txt']
    newest, oldest = store.log(space, "main")
    assert (newest.title, newest.parents, newest.author) == ("second", (first,), "bob")
    assert (oldest.title, oldest.message, oldest.author) == ("first", "first\n\nwhy", "Alice x")


def test_a_large_file_is_committed_from_the_disk(space, tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 3_000_000)
    commit_files(space, "big", "alice", {"big": tmp_path / "big"})
    assert store.list_tree(space, "main")[0].size == 3_000_000


def test_an_edit_keeps_the_executable_bit(space):
    repository = store.path(space)
    gitkit.commit_of(repository, (gitkit.EXECUTABLE, "run", b"1"))
    commit_files(space, "edit", "alice", {"run": b"2"})
    assert store.list_tree(space, "main")[0].is_executable


def test_a_commit_on_a_moved_branch_is_stale(space):
    first = commit_files(space, "first", "alice", {"a": b"1"})
    commit_files(space, "second", "bob", {"a": b"2"}, parent=first)
    with pytest.raises(StaleRevision):
        commit_files(space, "late", "alice", {"a": b"3"}, parent=first)
    assert store.read_blob(space, "main", "a", 10) == b"2"


def test_a_file_never_quietly_becomes_a_folder(space):
    commit_files(space, "first", "alice", {"a": b"1"})
    with pytest.raises(Conflict):
        commit_files(space, "second", "alice", {"a/b": b"2"})
    with pytest.raises(EntryNotFound):
        commit_files(space, "third", "alice", {"nothing": None})
    commit_files(space, "fourth", "alice", {"a": None, "a/b": b"2"})
    assert store.read_blob(space, "main", "a/b", 10) == b"2"


def test_reading_has_a_limit(space):
    commit_files(space, "first", "alice", {"a": b"x" * 100})
    with pytest.raises(TooLarge):
        store.read_blob(space, "main", "a", 99)


def test_master_becomes_the_default_branch_where_it_is_first(space):
    commit_files(space, "first", "alice", {"a": b"1"}, branch="dev")
    assert store.head(space) is None
    commit_files(space, "first", "alice", {"a": b"1"}, branch="master")
    assert store.head(space).branch == "master"
    commit_files(space, "first", "alice", {"a": b"1"}, branch="main")
    assert store.head(space).branch == "master"


def test_deleting_removes_everything_and_may_be_repeated(data, space):
    commit_files(space, "first", "alice", {"a": b"1"})
    store.delete(space)
    store.delete(space)
    assert not store.exists(space)
    assert [path for path in (data.data / "repos").rglob("*") if path.is_file()] == []


def test_a_kept_commit_outlives_a_forced_push_and_gc(space):
    repository = store.path(space)
    first = commit_files(space, "first", "alice", {"a": b"1"})
    store.keep(space, first)
    other = gitkit.commit_of(repository, (gitkit.FILE, "a", b"2"))
    prune = ("-c", "gc.reflogExpire=now", "gc", "--quiet", "--prune=now")
    gitkit.git(*prune, cwd=repository)
    assert store.resolve(space, first) == first
    assert store.refs(space) == {"refs/heads/main": other}
    store.let_go(space, {other})
    gitkit.git(*prune, cwd=repository)
    with pytest.raises(RevisionNotFound):
        store.resolve(space, first)


ODD_REFS = [
    "--upload-pack=touch /tmp/x",
    "--output=/tmp/x",
    "-oProxyCommand=x",
    "ext::sh -c id",
    "file:///etc",
    "main..dev",
    "main@{1}",
    "@",
    "main\n",
    "main:app.py",
    "main^",
    "a//b",
    ".a",
    "a.lock",
    "a/-b",
    "",
    "x" * 201,
    "$(id)",
    "main;id",
]


def test_p2_a_revision_that_looks_like_something_else_is_refused(space, monkeypatch):
    commit_files(space, "first", "alice", {"app.py": b"1"})
    asked = []
    monkeypatch.setattr(git, "argv", lambda *args, real=git.argv, **more: asked.append(args) or real(*args, **more))
    for ref in ODD_REFS:
        for read in (store.resolve, store.log, store.list_tree):
            with pytest.raises(RevisionNotFound):
                read(space, ref)
        with pytest.raises(RevisionNotFound):
            store.read_blob(space, ref, "app.py", 10)
        with pytest.raises(Invalid):
            commit_files(space, "x", "alice", {"a": b""}, branch=ref or "-")
        assert not valid_ref(f"refs/heads/{ref}")
    assert {args for args in asked if args[0] != "cat-file"} == set()


def test_ordinary_branches_are_allowed():
    for name in ("main", "feature/a-b", "v1.0", "user@home", "a_b", "release+1"):
        assert valid_branch(name)
    assert not valid_ref("refs/demodock/keep/x")
    assert not valid_ref("refs/pull/1")
    assert not valid_ref("refs/replace/" + "a" * 40)


ODD_PATHS = [
    *"/etc/passwd ../x a/../../x .git/config a/.GIT/hooks/x git~1/x .git./x .git::$INDEX/x a//b a/ ./a".split(),
    *[".git\u200c/x", "a\0b", "a\nb", "a\rb", "", "x" * 300, "\udcff"],
]


def test_p14_a_path_that_leads_elsewhere_is_refused(space):
    commit_files(space, "x", "alice", {"a": b"x"})
    for path in ODD_PATHS:
        assert path_fault(path)
        with pytest.raises(Invalid):
            commit_files(space, "x", "alice", {path: b"x"})
        with pytest.raises(Invalid):
            store.read_blob(space, "main", path, 10)


def test_p13_a_symlink_is_shown_and_replaced_and_never_followed(space, tmp_path):
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    repository = store.path(space)
    gitkit.commit_of(
        repository, (gitkit.LINK, "cfg", str(canary).encode()), (gitkit.LINK, "dir", str(tmp_path).encode())
    )
    assert [entry.is_link for entry in store.list_tree(space, "main")] == [True, True]
    assert store.read_blob(space, "main", "cfg", 1000) == str(canary).encode()
    for below in ("cfg/x", "dir/canary"):
        with pytest.raises(EntryNotFound):
            store.read_blob(space, "main", below, 1000)
        with pytest.raises(Conflict):
            commit_files(space, "through", "mallory", {below: b"pwned"})
    with pytest.raises(EntryNotFound):
        store.list_tree(space, "main", "dir")
    commit_files(space, "edit", "mallory", {"cfg": b"pwned"})
    assert not store.list_tree(space, "main")[0].is_link
    commit_files(space, "delete", "mallory", {"dir": None})
    assert canary.read_text() == "untouched"
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["canary"]


def test_a_run_that_fails_or_dawdles_says_so(data):
    with pytest.raises(git.GitError, match="not a git"):
        git.run("log", repository=data.data)
    with (
        pytest.raises(git.GitError),
        git.open_pipe("cat-file", "--batch", repository=store.empty(), seconds=0.05) as it,
    ):
        assert it.stdout.read() == b""
        raise git.GitError("killed" if it.wait() == -9 else "not killed")


def test_git_dies_with_the_process_that_started_it(tmp_path, data):
    store.create(1)
    code = (
        "import sys, time; from pathlib import Path; from spaces.repos import git\n"
        "with git.open_pipe('fast-import', repository=Path(sys.argv[1])) as p:\n"
        "    import os; os.dup(p.stdin.fileno()); print(p.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(store.path(1))], stdout=subprocess.PIPE, env={"PYTHONPATH": ".", **gitkit.ENV}
    )
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    until = time.monotonic() + 20
    while time.monotonic() < until and _alive(pid):
        time.sleep(0.02)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
