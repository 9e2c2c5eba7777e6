"""The shelf: one copy of what many read."""

from __future__ import annotations

import os
import stat
import subprocess
import threading

import pytest

from spaces.errors import EntryNotFound, PolicyError
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.shelf import contents, folders
from spaces.shelf.sweep import GRACE, sweep

FILES = {"config.json": b"{}", "deep/er/weights.bin": b"w" * 5000, "again.bin": b"w" * 5000}


@pytest.fixture
def sha(place) -> str:
    store.create(7)
    return commit_files(7, "first", "alice", FILES)


def on_disk() -> int:
    """Bytes of all contents and folders, each counted once."""
    seen = {}
    for folder, _, files in os.walk(folders.root()):
        for name in files:
            about = os.lstat(f"{folder}/{name}")
            seen[about.st_ino] = about.st_size
    return sum(seen.values())


def age(path, seconds=2 * GRACE):
    past = path.stat().st_mtime - seconds
    os.utime(path, (past, past))


def test_a_commit_lies_there_as_it_is_read_only_and_readable_by_any_app(sha):
    where = folders.root() / folders.commit(7, sha)
    assert {str(path.relative_to(where)): path.read_bytes() for path in where.rglob("*") if path.is_file()} == FILES
    assert all(stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o444) for path in where.rglob("*"))
    assert stat.S_IMODE(where.stat().st_mode) == 0o755


def test_equal_contents_are_kept_once_in_whatever_commit_or_repository(sha):
    folders.commit(7, sha)
    before = on_disk()
    assert before == 5002
    store.create(8)
    other = commit_files(8, "copy", "bob", {"mine.bin": b"w" * 5000})
    folders.commit(8, other)
    folders.commit(7, commit_files(7, "second", "alice", {"config.json": b"{1}"}))
    assert on_disk() == before + 3


def test_many_who_want_the_same_commit_at_once_get_one_folder(sha):
    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(folders.commit(7, sha))) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 10 and len(set(got)) == 1
    assert not list(folders.root().glob("new/*"))


def test_a_large_file_is_not_copied(place, sha, tmp_path):
    file = tmp_path / "large"
    file.write_bytes(b"L" * 4096)
    contents.adopt(file, "f" * 64)
    assert contents.path("f" * 64).stat().st_ino == file.stat().st_ino
    assert stat.S_IMODE(file.stat().st_mode) == 0o444


def test_a_part_of_a_commit_is_a_folder_and_never_a_way_out(place):
    store.create(7)
    sha = commit_files(7, "first", "alice", {"a/b/c": b"c", "file": b"f"})
    git = ["git", f"--git-dir={store.path(7)}"]
    stream = (
        f"commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 1\nx\nfrom {sha}\nM 120000 inline way\ndata 3\na/b\n"
    )
    subprocess.run([*git, "fast-import", "--quiet"], input=stream.encode(), check=True)
    whole = folders.commit(7, store.head(7).sha)
    assert folders.within(whole, "a/b") == f"{whole}/a/b"
    for part in ("file", "none", "way", "../..", "a/../../..", "a/b/c"):
        with pytest.raises(EntryNotFound):
            folders.within(whole, part)


@pytest.mark.parametrize("target", ["/etc", "../../x", "../../../contents"])
def test_p16_a_link_that_leads_out_is_never_laid_out(place, target):
    store.create(7)
    stream = (
        "commit refs/heads/main\ncommitter a <a@b> 1 +0000\ndata 1\nx\n"
        f"M 120000 inline way\ndata {len(target)}\n{target}\n"
    )
    subprocess.run(["git", f"--git-dir={store.path(7)}", "fast-import", "--quiet"], input=stream.encode(), check=True)
    with pytest.raises(PolicyError):
        folders.commit(7, store.head(7).sha)
    assert not list(folders.root().glob("commits/7/*")) and not list(folders.root().glob("new/*"))


def test_what_nobody_needs_goes_and_what_somebody_has_mounted_stays(sha):
    kept, gone = folders.commit(7, sha), folders.commit(7, commit_files(7, "2", "alice", {"new": b"only here"}))
    for folder in (kept, gone):
        age(folders.root() / folder)
    sweep({kept})
    assert (folders.root() / kept).is_dir() and not (folders.root() / gone).exists()
    assert len(list(folders.root().glob("contents/??/*"))) == 3, "a content whose last name just went waits"


def test_what_was_asked_for_lately_stays(sha):
    folder = folders.commit(7, sha)
    age(folders.root() / folder)
    assert folders.present(folder)
    sweep(set())
    assert (folders.root() / folder).is_dir()
    assert not folders.present("commits/7/none")


def test_a_content_that_no_folder_holds_goes(place, monkeypatch):
    digest = contents.add([b"left", b"over"])
    sweep(set())
    assert contents.path(digest).exists()
    monkeypatch.setattr("spaces.shelf.sweep.GRACE", -1)
    sweep(set())
    assert not contents.path(digest).exists()


def test_a_collection_is_named_by_what_it_holds(place):
    one, two = contents.add([b"1"]), contents.add([b"2"])
    folder = folders.collection({"x": one, "y": two})
    assert folder == folders.collection({"y": two, "x": one}) != folders.collection({"x": one})
    assert (folders.root() / folder / "y").read_bytes() == b"2"
