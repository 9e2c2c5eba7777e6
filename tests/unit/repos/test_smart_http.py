"""A real git client against a real server: clone, push, fetch, and every way to be refused."""

import base64
import concurrent.futures
import gzip
import hashlib
import http.client
import os
import socket
import struct
import subprocess
import threading
import time
import zlib

import pytest

from spaces.errors import Busy, Conflict
from spaces.repos import pktline, store
from spaces.repos.lock import locked
from tests.gitkit import FILE, FOLDER, blob, change, commit, git, tree, work_tree


def push(site, where, refspec="HEAD:main", path="alice/demo", token="good", check=True, *more) -> str:
    return git("push", *more, site.url(path, token), refspec, cwd=where, check=check)


def ask(site, method, target, body=None, headers=None):
    """One raw request, whose path is sent as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request(method, target, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), content


def basic(token="good") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"x:{token}".encode()).decode()}


def test_a_push_makes_the_space_and_answers_with_its_build(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    said = push(site, work)
    assert "remote: Build #1 queued." in said
    assert site.books.spaces == {("alice", "demo"): 1}
    sha = git("rev-parse", "HEAD", cwd=work)
    assert site.books.pushes == [(1, sha, "alice")]
    assert store.head(1) == store.Head("main", sha)


def test_a_public_space_is_cloned_and_fetched_by_anyone(site, tmp_path):
    work = work_tree(tmp_path / "work", {f"data/{number}": os.urandom(3000).hex() for number in range(150)})
    push(site, work)
    git("clone", "-q", site.url(token=None), str(tmp_path / "clone"), cwd=tmp_path)
    assert git("rev-parse", "HEAD", cwd=tmp_path / "clone") == store.head(1).sha
    newer = change(work, {"app.py": "2"})
    push(site, work, path="alice/demo.git")
    git("pull", "-q", cwd=tmp_path / "clone")
    assert git("rev-parse", "HEAD", cwd=tmp_path / "clone") == newer
    old = ("-c", "protocol.version=0", "clone", "-q", site.url("alice/demo.git", None), str(tmp_path / "old"))
    git(*old, cwd=tmp_path)
    git("clone", "-q", "--depth=1", site.url(token=None), str(tmp_path / "shallow"), cwd=tmp_path)
    shallow = change(tmp_path / "shallow", {"more": "3"})
    push(site, tmp_path / "shallow")
    assert store.head(1).sha == shallow == site.books.pushes[-1][1]


def test_a_master_branch_is_built_where_it_was_first(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"}, branch="master")
    assert "Build #1" in push(site, work, "master")
    assert store.head(1).branch == "master"
    said = push(site, work, "HEAD:main")
    assert "Spaces are built from master" in said and len(site.books.pushes) == 1


def test_a_push_of_another_branch_says_that_nothing_is_built(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    said = push(site, work, "HEAD:refs/heads/dev")
    assert "Nothing is built" in said and "git push REMOTE HEAD:main" in said
    assert site.books.pushes == []
    assert "Build #1" in push(site, work)
    assert "Everything up-to-date" in push(site, work)
    assert "Nothing is built" in push(site, work, ":refs/heads/dev")
    assert len(site.books.pushes) == 1


def test_a_forced_push_is_taken_and_the_default_branch_cannot_be_deleted(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    first = git("rev-parse", "HEAD", cwd=work)
    push(site, work)
    git("commit", "-q", "--amend", "-m", "again", cwd=work)
    assert "rejected" in push(site, work, check=False)
    assert "Build #2" in push(site, work, "+HEAD:main")
    assert store.resolve(1, first) == first, "a revision made from it may be built again"
    assert "[remote rejected]" in push(site, work, ":main", check=False)
    assert len(site.books.pushes) == 2


def test_whoever_may_not_push_hears_why(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    assert "bob may not push to alice/demo." in push(site, work, token="read", check=False)
    assert "Authentication failed" in push(site, work, token="wrong", check=False)
    assert "could not read Username" in push(site, work, token=None, check=False)
    assert "Both names have letters, digits" in push(site, work, path="alice/de--mo", check=False)
    assert "could not read Username" in git("ls-remote", site.url(token=None), cwd=tmp_path, check=False)
    assert "Repository not found" in git("ls-remote", site.url("alice/none"), cwd=tmp_path, check=False)
    wait_for(lambda: site.books.spaces == {})  # taken back right after git was told
    status, headers, _ = ask(site, "GET", "/spaces/alice/demo/info/refs?service=git-receive-pack")
    assert (status, headers["www-authenticate"].split()[0]) == (401, "Basic")
    bearer = {"Authorization": "Bearer good"}
    assert ask(site, "GET", "/spaces/alice/demo/info/refs?service=git-receive-pack", None, bearer)[0] == 200
    assert ask(site, "GET", "/spaces/alice/demo/info/refs", None, bearer)[0] == 422


def test_a_push_whose_build_cannot_be_queued_is_kept_and_says_so(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    site.books.trouble = RuntimeError("database is locked")
    said = push(site, work)
    assert "tries again by itself" in said and "locked" not in said
    site.books.trouble = Conflict("The Space is being deleted.", hint="Nothing more is built for it.")
    change(work, {"app.py": "2"})
    assert "remote: The Space is being deleted." in push(site, work)


def test_a_huge_push_is_refused_with_the_limit_and_leaves_nothing(site, tmp_path, data, monkeypatch):
    monkeypatch.setattr(data, "push_limit", 1)
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    (work / "big").write_bytes(os.urandom(3 << 20))
    change(work, {})
    for buffer in ("1m", "100m"):  # chunked, and with a length
        said = git("-c", f"http.postBuffer={buffer}", "push", site.url(), "HEAD:main", cwd=work, check=False)
        assert "remote: The push is larger than 1 MiB." in said and "DEMODOCK_PUSH_LIMIT" in said
        assert "[remote rejected]" in said
    wait_for(lambda: site.books.spaces == {})
    assert site.books.pushes == []
    assert litter(data) == []


def test_a_full_disk_is_said_before_anything_is_sent(site, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "free_space", lambda: 1000)
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    assert "remote: The platform's disk is full" in push(site, work, check=False)
    wait_for(lambda: site.books.spaces == {})  # taken back right after git was told


def test_concurrent_pushes_to_one_space_are_taken_one_after_the_other(site, tmp_path):
    push(site, work_tree(tmp_path / "first", {"app.py": "0"}))
    clones = [tmp_path / f"clone{number}" for number in range(3)]
    for number, clone in enumerate(clones):
        git("clone", "-q", site.url(), str(clone), cwd=tmp_path)
        change(clone, {f"file{number}": "x"})
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda clone: push(site, clone, check=False), clones))
    assert sum("Build #2 queued." in text for text in said) == 1
    assert sum("rejected" in text for text in said) == 2
    assert [sha for _, sha, _ in site.books.pushes][-1] == store.head(1).sha


def test_p47_the_same_push_again_asks_for_no_second_build(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: push(site, work, check=False), range(3)))
    assert len(site.books.pushes) == 1


def test_a_gzip_body_is_understood_and_a_bomb_is_stopped(site, tmp_path, data, monkeypatch):
    push(site, work_tree(tmp_path / "work", {"app.py": "1"}))
    sha = store.head(1).sha
    wants = pktline.line(f"want {sha} no-progress\n") + pktline.FLUSH + pktline.line("done\n")
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-git-upload-pack-request"}
    status, _, content = ask(site, "POST", "/spaces/alice/demo/git-upload-pack", gzip.compress(wants), headers)
    assert status == 200 and content.startswith(b"0008NAK\nPACK")
    monkeypatch.setattr(data, "push_limit", 1)
    command = pktline.line(f"{sha} {'1' * 40} refs/heads/main\0report-status side-band-64k") + pktline.FLUSH
    bomb = gzip.compress(command + _pack_of_one_blob(bytes(30 << 20)))
    assert len(bomb) < 100_000
    _, _, content = ask(site, "POST", "/spaces/alice/demo/git-receive-pack", bomb, headers | basic())
    assert b"larger than 1 MiB" in content
    assert store.head(1).sha == sha


def _pack_of_one_blob(content: bytes) -> bytes:
    """A pack as git writes it, its one object stored without compression: git reads all of it before it can object."""
    size, more = len(content) >> 4, bytearray([3 << 4 | len(content) & 15])
    while size:
        more[-1] |= 0x80
        more.append(size & 0x7F)
        size >>= 7
    pack = b"PACK" + struct.pack(">II", 2, 1) + bytes(more) + zlib.compress(content, 0)
    return pack + hashlib.sha1(pack).digest()


def test_what_is_no_git_is_refused(site, tmp_path):
    push(site, work_tree(tmp_path / "work", {"app.py": "1"}))
    for body in (b"", b"GET / HTTP/1.1", b"0004", b"0010not a command", b"\0" * 100):
        status, _, content = ask(site, "POST", "/spaces/alice/demo/git-receive-pack", body, basic())
        assert (status, content[:15]) == (400, b"This is no push"), body
    status, _, content = ask(site, "POST", "/spaces/alice/demo/git-receive-pack", b"0000", basic())
    assert (status, content) == (200, b"")


# -- hostile


def command_for(ref: str) -> bytes:
    zero = "0" * 40
    return pktline.line(f"{zero} {'1' * 40} {ref}\0report-status side-band-64k") + pktline.FLUSH


def test_p2_refs_that_look_like_options_are_refused(site, tmp_path, data):
    push(site, work_tree(tmp_path / "work", {"app.py": "1"}))
    for name in ("--upload-pack=touch x", "-x", "a..b", "a b", "$(touch x)", "a;id", "x.lock", "../../config", "a\x7f"):
        for ref in (f"refs/heads/{name}", name, f"refs/tags/{name}"):
            _, _, content = ask(site, "POST", "/spaces/alice/demo/git-receive-pack", command_for(ref), basic())
            assert b"cannot be pushed" in content and b"ng " in content, ref
    for ref in ("refs/demodock/keep/x", "refs/replace/" + "1" * 40, "refs/notes/x", "HEAD", "refs/heads"):
        _, _, content = ask(site, "POST", "/spaces/alice/demo/git-receive-pack", command_for(ref), basic())
        assert b"cannot be pushed" in content, ref
    assert set(store.refs(1)) == {"refs/heads/main"}


def test_platform_refs_are_not_shown(site, tmp_path):
    push(site, work_tree(tmp_path / "work", {"app.py": "1"}))
    for version in ("0", "2"):
        shown = git("-c", f"protocol.version={version}", "ls-remote", site.url(), cwd=tmp_path)
        assert "demodock" not in shown and "refs/heads/main" in shown


PATHS = [
    *(
        "..%2f..%2fx",
        "%2e%2e/x",
        "%2e%2e%2fx/y",
        "a%2fb/c",
        "alice/.git",
        "alice/x%00y",
        "alice/x%0a",
        "alice/..",
        "./demo",
    ),
    *(
        "alice/%ef%bc%8e%ef%bc%8e",
        "alice/" + "x" * 255,
        "alice/x.git.git",
        "%2fetc/passwd",
        "alice/demo%2f..%2f..",
        "-x/y",
    ),
    *("alice/%e2%80%a5", "a\\..\\b/c", "..;/x", "alice/demo;id", "alice/$(id)", "alice/`id`"),
]


def test_p14_no_name_becomes_a_path(site, tmp_path, data):
    push(site, work_tree(tmp_path / "work", {"app.py": "1"}))
    before = sorted(path for path in data.data.rglob("*") if "empty.git" not in path.parts)
    for path in PATHS:
        for verb, rest in (
            ("GET", "/info/refs?service=git-receive-pack"),
            ("GET", "/info/refs?service=git-upload-pack"),
            ("POST", "/git-receive-pack"),
            ("POST", "/git-upload-pack"),
        ):
            status, _, content = ask(site, verb, f"/spaces/{path}{rest}", command_for("refs/heads/main"), basic())
            assert status in (404, 422), (path, status, content)
        assert ask(site, "POST", f"/spaces/{path}/info/lfs/objects/batch", b"{}")[0] in (404, 501)
    assert sorted(path for path in data.data.rglob("*") if "empty.git" not in path.parts) == before


def test_p15_pushed_git_folders_and_planted_hooks_are_never_executed(site, tmp_path, data, monkeypatch):
    canary = tmp_path / "canary"
    script = f"#!/bin/sh\ntouch {canary}\n"
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    push(site, work)
    repository = store.path(1)
    (repository / "hooks").mkdir()
    for hook in ("pre-receive", "update", "post-receive", "post-update", "reference-transaction", "proc-receive"):
        (repository / "hooks" / hook).write_text(script)
        (repository / "hooks" / hook).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {repository}/hooks\n[uploadpack]\n\tpackObjectsHook = {repository}/hooks/update\n"
    )
    with (repository / "config").open("a") as config:
        config.write(f"[core]\n\thooksPath = hooks\n\talternateRefsCommand = touch {canary}\n")
        config.write(
            f"[uploadpack]\n\tpackObjectsHook = {repository}/hooks/update\n[include]\n\tpath = {home}/.gitconfig\n"
        )
    monkeypatch.setenv("HOME", str(home))
    change(work, {"app.py": "2"})
    assert "Build #2" in push(site, work)
    git("clone", "-q", site.url(token=None), str(tmp_path / "clone"), cwd=tmp_path)
    local = tmp_path / "local.git"
    git("init", "-q", "--bare", str(local), cwd=tmp_path)
    hooks = tree(local, ("100755", "post-receive", blob(local, script.encode())))
    for name in (".git", ".GIT", "git~1"):
        commit(local, tree(local, (FOLDER, name, tree(local, (FOLDER, "hooks", hooks)))))
        said = push(site, local, "+main:main", check=False)
        assert "remote rejected" in said or "unpack" in said, said
    assert store.list_tree(1, "main")[0].path == "app.py"
    assert not canary.exists()


def test_p16_a_hostile_gitmodules_is_refused_at_the_door(site, tmp_path):
    local = tmp_path / "local.git"
    git("init", "-q", "--bare", str(local), cwd=tmp_path)
    text = b'[submodule "../../hooks"]\n\tpath = x\n\turl = -oProxyCommand=touch\n'
    commit(local, tree(local, (FILE, ".gitmodules", blob(local, text))))
    said = push(site, local, "main", check=False)
    assert "gitmodules" in said and "rejected" in said
    wait_for(lambda: site.books.spaces == {})  # taken back right after git was told


# -- P78


def litter(data) -> list[str]:
    """What no whole repository holds."""
    names = [str(path.relative_to(data.data)) for path in (data.data / "repos").rglob("*")]
    return [name for name in names if any(part in name for part in ("tmp_", "incoming", ".lock/", "new-", "gone-"))]


def raw_push(site, work, path, old, sha) -> bytes:
    """The whole request of a push of one commit."""
    packing = ["git", "pack-objects", "--stdout", "--revs", "-q"]
    pack = subprocess.run(packing, cwd=work, input=f"{sha}\n".encode(), stdout=subprocess.PIPE, check=True).stdout
    command = pktline.line(f"{old} {sha} refs/heads/main\0report-status side-band-64k") + pktline.FLUSH
    head = f"POST /spaces/{path}/git-receive-pack HTTP/1.1\r\nHost: x\r\n"
    head += f"Authorization: {basic()['Authorization']}\r\nContent-Length: {len(command + pack)}\r\n\r\n"
    return head.encode() + command + pack


def wait_for(condition, seconds=60.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came to be"
        time.sleep(0.02)


def busy(space_id) -> bool:
    """Somebody holds the repository's lock."""
    try:
        with locked(store.lock_path(space_id), seconds=0):
            return False
    except Busy:
        return True


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_p78_a_push_that_is_cut_leaves_the_ref_and_no_garbage(site, tmp_path, data, share):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    push(site, work)
    before, objects = store.head(1), sorted((store.path(1) / "objects").rglob("*"))
    (work / "big").write_bytes(os.urandom(400_000))
    sha = change(work, {})
    for space_id, path, old in ((1, "alice/demo", before.sha), (2, "alice/new", "0" * 40)):
        request = raw_push(site, work, path, old, sha)
        with socket.create_connection(("127.0.0.1", site.port)) as client:
            client.sendall(request[: int(len(request) * share)])
            wait_for(lambda busy_id=space_id: busy(busy_id))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_for(lambda busy_id=space_id: not busy(busy_id))
    wait_for(lambda: list(site.books.spaces) == [("alice", "demo")])
    assert not store.exists(2)
    assert litter(data) == []
    assert store.head(1) == before and len(site.books.pushes) == 1
    assert sorted((store.path(1) / "objects").rglob("*")) == objects
    assert "Build #2" in push(site, work), "and the next push is taken"


def test_p78_a_client_that_leaves_after_its_last_byte_has_pushed(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    push(site, work)
    before, sha = store.head(1).sha, change(work, {"app.py": "2"})
    site.books.gate = threading.Event()
    with socket.create_connection(("127.0.0.1", site.port)) as client:
        client.sendall(raw_push(site, work, "alice/demo", before, sha))
        wait_for(lambda: store.head(1).sha == sha)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    site.books.gate.set()
    wait_for(lambda: not busy(1))
    assert [pushed for _, pushed, _ in site.books.pushes] == [before, sha]


def test_what_a_killed_git_left_is_swept_before_the_next_push(site, tmp_path):
    work = work_tree(tmp_path / "work", {"app.py": "1"})
    push(site, work)
    repository = store.path(1)
    (repository / "objects" / "tmp_objdir-incoming-x" / "pack").mkdir(parents=True)
    (repository / "refs" / "heads" / "main.lock").touch()
    change(work, {"app.py": "2"})
    assert "Build #2" in push(site, work)
    assert not (repository / "objects" / "tmp_objdir-incoming-x").exists()
