"""The files of a commit as builds get them, hostile commits included."""

import io
import socket
import tarfile

import pytest

from spaces.errors import EntryNotFound, PolicyError, TooLarge
from spaces.repos import git, store
from spaces.repos.commit import commit_files
from spaces.repos.export import export_tree
from spaces.repos.lfs import blobs, holdings
from tests.gitkit import EXECUTABLE, FILE, FOLDER, LINK, SUBMODULE, blob, commit, commit_of, tree
from tests.unit.files.lfskit import pointer_of, pointer_text
from tests.unit.people import a_space


@pytest.fixture
def repository(data):
    store.create(1)
    return store.path(1)


def test_a_tree_is_read_asked_and_listed(repository):
    commit_of(repository, (FILE, "README.md", b"# hi"), (LINK, "app.py", b"./src.py"), (EXECUTABLE, "src.py", b"1"))
    exported = export_tree(1, "main")
    assert list(exported.files) == ["README.md", "app.py", "src.py"]
    assert exported.read("README.md") == b"# hi"
    assert exported.read("app.py") == b"1"
    assert exported.exists("./src.py") and exported.exists("app.py")
    assert not exported.exists("nothing") and not exported.exists("../README.md")
    with pytest.raises(EntryNotFound):
        exported.read("nothing")
    with pytest.raises(TooLarge):
        exported.read("README.md", 3)
    assert exported.sha == store.head(1).sha
    assert exported.time.timestamp() == 1700000000
    assert exported.warnings == []


def test_a_tar_is_the_same_for_the_same_commit_and_owned_by_the_app(repository):
    big = b"x" * 3_000_001
    files = {"app.py": b"print()", "a/b/big.bin": big, "a/c.txt": b"", "名/前.txt": b"n", "l" * 120 + "/f": b"long"}
    commit_files(1, "first", "alice", files)
    exported = export_tree(1, "main")
    raw = exported.tar("app").read()
    assert raw == exported.tar("app").read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        members = {member.name: member for member in archive}
        assert archive.extractfile("app/a/b/big.bin").read() == big
    assert list(members)[0] == "app"
    assert {name.removeprefix("app/") for name, member in members.items() if member.isreg()} == set(files)
    assert {(member.uid, member.gid, member.uname, member.mtime) for member in members.values()} == {
        (1000, 1000, "", int(exported.time.timestamp()))
    }
    assert {member.mode for member in members.values()} == {0o644, 0o755}
    with tarfile.open(fileobj=exported.tar(skip=lambda path: path.startswith("a/")), mode="r|") as archive:
        skipped = archive.getnames()
    assert "a" not in skipped and "app.py" in skipped


def test_the_digest_names_the_content_and_not_the_commit(repository):
    first = commit_files(1, "first", "alice", {"a": b"1"})
    second = commit_files(1, "second", "alice", {"a": b"2"})
    third = commit_files(1, "third", "bob", {"a": b"1"})
    digests = [export_tree(1, sha).digest for sha in (first, second, third)]
    assert digests[0] == digests[2] != digests[1]


def test_a_tree_is_written_to_a_folder(repository, tmp_path):
    commit_of(repository, (LINK, "link", b"run"), (EXECUTABLE, "run", b"1"), (FILE, "text", b"2"))
    export_tree(1, "main", tmp_path / "out")
    assert (tmp_path / "out/link").read_bytes() == b"1" and (tmp_path / "out/link").is_symlink()
    assert [(tmp_path / "out" / name).stat().st_mode & 0o777 for name in ("run", "text")] == [0o755, 0o644]
    with pytest.raises(FileExistsError):
        export_tree(1, "main", tmp_path / "out")


def test_git_lfs_pointers_are_resolved_by_our_code(place, tmp_path):
    space, content = a_space(), b"weights" * 1000
    store.create(space.id)
    with blobs.Incoming(len(content)) as incoming:
        incoming.write(content)
        holdings.keep(space.id, incoming)
    lines = (FILE, ".gitattributes", b"*.bin filter=lfs diff=lfs"), (FILE, "model.bin", pointer_text(content))
    commit_of(store.path(space.id), *lines)
    exported = export_tree(space.id, "main", tmp_path / "out")
    assert exported.read("model.bin") == content == (tmp_path / "out/model.bin").read_bytes()
    (tmp_path / "out/model.bin").write_bytes(b"a build writes where it likes")
    with tarfile.open(fileobj=exported.tar(), mode="r|") as archive:
        assert {member.name: archive.extractfile(member).read() for member in archive}["model.bin"] == content
    blobs.remove(pointer_of(content).oid)
    with pytest.raises(EntryNotFound, match="lost"):
        exported.read("model.bin")


def test_p38_a_missing_git_lfs_file_is_named_with_what_to_do(place):
    space, other = a_space(), a_space(name="other")
    store.create(space.id)
    with blobs.Incoming(8) as incoming:
        incoming.write(b"not mine")
        holdings.keep(other.id, incoming)
    for content in (b"gone", b"not mine"):
        commit_of(store.path(space.id), (FILE, "model.bin", pointer_text(content)))
        with pytest.raises(EntryNotFound, match="model.bin") as caught:
            export_tree(space.id, "main")
        assert caught.value.code == "lfs_object_missing" and "git lfs push" in caught.value.hint


def test_too_many_files_and_too_many_bytes_are_refused(repository, data, monkeypatch):
    commit_files(1, "first", "alice", {f"{number}": b"x" * 600_000 for number in range(4)})
    monkeypatch.setattr(data, "file_limit", 3)
    with pytest.raises(TooLarge, match="more than 3 files"):
        export_tree(1, "main")
    monkeypatch.setattr(data, "file_limit", 4)
    monkeypatch.setattr(data, "tree_limit", 2)
    with pytest.raises(TooLarge, match="MiB") as caught:
        export_tree(1, "main")
    assert "DEMODOCK_TREE_LIMIT" in caught.value.hint


def test_a_tree_that_unfolds_into_billions_of_files_is_refused_at_the_limit(repository, data, monkeypatch):
    monkeypatch.setattr(data, "file_limit", 5000)
    layer = tree(repository, *[(FILE, f"{number}", blob(repository, b"")) for number in range(10)])
    for _ in range(9):
        layer = tree(repository, *[(FOLDER, f"{number}", layer) for number in range(10)])
    commit(repository, layer)
    with pytest.raises(TooLarge, match="more than 5000 files"):
        export_tree(1, "main")


# -- P16: one hostile repository per trick

LEADS_OUT = [
    ("absolute", [(LINK, "x", b"/etc/passwd")]),
    ("above", [(LINK, "x", b"../outside")]),
    ("above through a folder", [(LINK, "x", b"a/../../outside")]),
    ("above through another link", [(LINK, "up", b"."), (LINK, "x", b"up/../y")]),
    ("a circle", [(LINK, "x", b"y"), (LINK, "y", b"x")]),
    ("into .git", [(LINK, "x", b".git/config")]),
]


def test_p16_symlinks_that_leave_the_tree_are_refused(repository):
    for name, lines in LEADS_OUT:
        commit_of(repository, *lines)
        with pytest.raises(PolicyError, match="symlink") as caught:
            export_tree(1, "main")
        assert caught.value.hint, name


def test_p16_symlinked_and_disguised_git_folders_and_odd_paths_are_refused(repository):
    names = [".git", ".GIT", "git~1", ".g\u200cit", "..", ".", "a\rb", "a\nb", ".git "]
    for name in names:
        for mode, content in ((LINK, b"README.md"), (FILE, b"gitdir: /tmp/x")):
            commit_of(repository, (mode, name, content))
            with pytest.raises(PolicyError, match="The path"):
                export_tree(1, "main")
    commit(repository, tree(repository, (FOLDER, "..", tree(repository, (FILE, "x", blob(repository, b""))))))
    with pytest.raises(PolicyError):
        export_tree(1, "main")
    inner = tree(repository, (FILE, "evil", blob(repository, b"")))
    commit(repository, tree(repository, (LINK, "d", blob(repository, b"/tmp")), (FOLDER, "d", inner)))
    with pytest.raises(PolicyError):
        export_tree(1, "main")


def test_p16_case_clashes_are_warned_of_and_submodules_left_out(repository, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        port = listener.getsockname()[1]
        sub = commit(repository, tree(repository, (FILE, "x", blob(repository, b""))), ref=None)
        modules = "".join(
            f'[submodule "{name}"]\n\tpath = {path}\n\turl = {url}\n'
            for name, path, url in (
                ("../../hooks", "net", f"git://127.0.0.1:{port}/x"),
                ("local", "file", f"file://{repository}"),
                ("cr", "cr\r", f"ssh://127.0.0.1:{port}/x"),
                ("up", "up", f"ext::sh -c touch% {tmp_path}/canary"),
            )
        )
        root = tree(
            repository,
            (FILE, ".gitmodules", blob(repository, modules.encode())),
            (FILE, "App.py", blob(repository, b"1")),
            (FILE, "app.py", blob(repository, b"2")),
            (SUBMODULE, "file", sub),
            (SUBMODULE, "net", sub),
            (SUBMODULE, "up", sub),
        )
        commit(repository, root)
        exported = export_tree(1, "main", tmp_path / "out")
        with pytest.raises(TimeoutError):
            listener.accept()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [".gitmodules", "App.py", "app.py"]
    assert [warning.split(";")[0].split(":")[0] for warning in exported.warnings] == [
        "Submodules are not fetched",
        "Names that differ only by case become one file on some systems",
    ]


def test_p16_attributes_of_the_commit_change_nothing(repository, tmp_path, monkeypatch):
    attributes = b"* filter=evil export-subst\nsecret export-ignore\n"
    (repository / "config").open("a").write(
        f'[filter "evil"]\n\tsmudge = touch {tmp_path}/canary\n\tprocess = touch {tmp_path}/canary\n\trequired\n'
    )
    commit_of(repository, (FILE, ".gitattributes", attributes), (FILE, "app", b"$Format:%H$"), (FILE, "secret", b"s"))
    exported = export_tree(1, "main", tmp_path / "out")
    assert exported.read("app") == b"$Format:%H$" == (tmp_path / "out/app").read_bytes()
    assert exported.exists("secret")
    assert not (tmp_path / "canary").exists()


# -- P15: nothing that lies in a repository is ever executed


def test_p15_hooks_and_configuration_of_a_repository_are_never_executed(repository, tmp_path, data, monkeypatch):
    canary = tmp_path / "canary"
    script = f"#!/bin/sh\ntouch {canary}\n".encode()
    inner = tree(
        repository,
        (FILE, "HEAD", blob(repository, b"ref: refs/heads/main\n")),
        (FILE, "config", blob(repository, f"[core]\n\tbare=true\n\tfsmonitor = touch {canary}\n".encode())),
        (FOLDER, "objects", tree(repository, (FILE, "keep", blob(repository, b"")))),
        (FOLDER, "refs", tree(repository, (FILE, "keep", blob(repository, b"")))),
        (FOLDER, "hooks", tree(repository, (EXECUTABLE, "post-checkout", blob(repository, script)))),
    )
    commit(repository, tree(repository, (FILE, "app.py", blob(repository, b"1")), (FOLDER, "bare", inner)))
    (tmp_path / "evil").write_bytes(script)
    (tmp_path / "evil").chmod(0o755)
    (repository / "hooks").mkdir()
    for hook in ("reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc"):
        (repository / "hooks" / hook).write_bytes(script)
        (repository / "hooks" / hook).chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    evil = f"[core]\n\thooksPath = {repository}/hooks\n\tfsmonitor = {tmp_path}/evil\n\tpager = {tmp_path}/evil\n"
    (home / ".gitconfig").write_text(evil)
    (repository / "config").open("a").write(f"[include]\n\tpath = {home}/.gitconfig\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.setenv("GIT_SSH_COMMAND", str(tmp_path / "evil"))
    export_tree(1, "main", tmp_path / "out")
    commit_files(1, "edit", "alice", {"bare/config": b"[core]"})
    store.keep(1, store.head(1).sha)
    store.list_tree(1, "main", "bare", recursive=True)
    store.log(1, "main")
    store.tidy(1)
    assert not canary.exists()


def test_p15_no_environment_of_ours_reaches_git(data, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.pager=touch /tmp/x'")
    environment = git.environment()
    assert "GIT_DIR" not in environment and "GIT_CONFIG_PARAMETERS" not in environment
    assert environment["HOME"] == "/nonexistent" and environment["GIT_ALLOW_PROTOCOL"] == "none"


def test_p2_git_refuses_every_transport(data):
    for url in ("ext::sh -c id", "file:///etc", "-oProxyCommand=id", "ssh://localhost/x", "https://localhost/x"):
        with pytest.raises(git.GitError, match="not allowed|strange|No such|does not appear"):
            git.run("ls-remote", "--end-of-options", url)
