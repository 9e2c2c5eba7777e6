"""git-lfs's own client against the API: large files go in, come back identical, and a cut leaves nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from spaces.repos import store
from spaces.repos.lfs.pointer import Pointer
from spaces.settings import get_settings
from tests.gitkit import ENV, git, work_tree
from tests.harness import wait
from tests.unit.files.lfskit import batch, holdings, on_disk, one, stream_up
from tests.unit.people import a_space, bearer, token_of

pytestmark = pytest.mark.live

MIB = 1 << 20


@pytest.fixture
def person(tmp_path) -> dict[str, str]:
    """A person's git, on which `git lfs install` was run."""
    home = tmp_path / "home"
    home.mkdir()
    mine = {"HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"), "GIT_CONFIG_COUNT": "0"}
    git("lfs", "install", "--skip-repo", cwd=tmp_path, **mine)
    return mine


@pytest.fixture
def remote(server) -> str:
    """alice/demo with her token in it; nothing is there yet."""
    return server.replace("://", f"://alice:{token_of('alice')}@") + "/spaces/alice/demo"


def work_with(where: Path, person: dict[str, str], **files: bytes) -> Path:
    """A clone-to-be in which git-lfs keeps the `files`."""
    work = work_tree(where, {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    git("lfs", "install", "--local", cwd=work, **person)
    for name, content in files.items():
        (work / f"{name}.bin").write_bytes(content)
    save(work, person)
    return work


def save(work: Path, person: dict[str, str]) -> None:
    git("add", "-A", cwd=work, **person)
    git("commit", "-q", "-m", "large files", cwd=work, **person)


def test_200_mb_are_pushed_and_cloned_back_identical(server, remote, person, tmp_path):
    content = os.urandom(MIB) * 200
    work = work_with(tmp_path / "work", person, model=content, small=b"tiny")
    said = git("push", remote, "HEAD:main", cwd=work, **person)
    assert "Build #1 of alice/demo" in said and "locksverify" not in said, said
    number = next(iter(holdings()))[0]
    assert store.read_blob(number, "main", "model.bin", 200).startswith(b"version https://git-lfs")
    for name, address in {"mine": remote, "anybody": f"{server}/spaces/alice/demo.git"}.items():
        clone = tmp_path / name
        git("clone", "-q", address, str(clone), cwd=tmp_path, **person)
        assert (clone / "model.bin").read_bytes() == content and (clone / "small.bin").read_bytes() == b"tiny"
        assert git("status", "--porcelain", cwd=clone, **person) == ""
    (work / "small.bin").write_bytes(b"changed")
    save(work, person)
    assert "Build #2" in git("push", remote, "HEAD:main", cwd=work, **person)
    assert len(holdings()) == len(on_disk()) == 3


def test_p78_a_push_that_is_cut_leaves_nothing_and_the_next_is_taken(remote, person, tmp_path):
    a_space()
    work = work_with(tmp_path / "work", person, model=os.urandom(MIB) * 256)
    incoming = get_settings().path("lfs", "incoming", "any").parent
    push = subprocess.Popen(
        ["git", "push", remote, "HEAD:main"],
        cwd=work,
        env=ENV | person,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait(lambda: any(path.stat().st_size > 32 * MIB for path in incoming.iterdir()), 60)
    os.killpg(push.pid, signal.SIGKILL)
    push.wait()
    wait(lambda: on_disk() == [], 60)
    assert holdings() == set()
    assert "Build #1 of alice/demo" in git("push", remote, "HEAD:main", cwd=work, **person)
    assert len(holdings()) == len(on_disk()) == 1


def test_p38_a_pointer_to_another_repository_s_file_brings_nothing(server, remote, person, tmp_path):
    work = work_with(tmp_path / "work", person, model=b"the secret weights" * 999)
    git("push", remote, "HEAD:main", cwd=work, **person)
    thief = server.replace("://", f"://bob:{token_of('bob')}@") + "/spaces/bob/copy"
    git("clone", "-q", remote, str(tmp_path / "clone"), cwd=tmp_path, GIT_LFS_SKIP_SMUDGE="1", **person)
    config = ("-c", f"remote.origin.url={thief}", "-c", "lfs.allowincompletepush=true")
    refused = git(*config, "push", "origin", "HEAD:main", cwd=tmp_path / "clone", check=False, **person)
    assert "never sent here: model.bin" in " ".join(refused.replace("remote:", "").split()), refused
    failed = git(*config, "lfs", "fetch", "origin", cwd=tmp_path / "clone", check=False, **person)
    assert "does not hold this file" in failed or "not found" in failed.lower(), failed
    assert len(holdings()) == 1


def test_p79_a_gigabyte_passes_in_bounded_memory(server, remote):
    a_space()
    block, count = os.urandom(MIB), 1024
    digest = hashlib.sha256()
    for _ in range(count):
        digest.update(block)
    pointer = Pointer(digest.hexdigest(), MIB * count)
    me = bearer(urlsplit(remote).password)
    with httpx.Client(base_url=server) as client:
        href = one(batch(client, me, pointer))["actions"]["upload"]["href"]
        before = peak(reset=True)
        assert stream_up(href, (block for _ in range(count)), pointer.size) == 200
        href = one(batch(client, {}, pointer, operation="download"))["actions"]["download"]["href"]
        with client.stream("GET", href) as answer:
            assert sum(len(piece) for piece in answer.iter_raw(MIB)) == pointer.size
    assert peak() - before < 100 * MIB


def peak(reset: bool = False) -> int:
    """The most memory that this process (server and client) ever had, or has had since the last reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
