"""Writes commits with plumbing, the ones git's own porcelain refuses to make included."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ENV = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "core.fsync",
    "GIT_CONFIG_VALUE_0": "none",
    "GIT_AUTHOR_NAME": "Alice",
    "GIT_AUTHOR_EMAIL": "alice@example.org",
    "GIT_COMMITTER_NAME": "Alice",
    "GIT_COMMITTER_EMAIL": "alice@example.org",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}
FILE, EXECUTABLE, LINK, FOLDER, SUBMODULE = "100644", "100755", "120000", "40000", "160000"


def git(*args: str, cwd: Path, stdin: bytes | None = None, check: bool = True, **env: str) -> str:
    """Runs the person's own git in `cwd`; returns what it wrote, errors included."""
    done = subprocess.run(
        ["git", *args],
        cwd=cwd,
        env=ENV | env,
        input=stdin or b"",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    text = done.stdout.decode(errors="replace")
    assert not check or done.returncode == 0, text
    return text.strip()


def blob(repository: Path, content: bytes) -> str:
    return git("hash-object", "-w", "--stdin", cwd=repository, stdin=content)


def tree(repository: Path, *lines: tuple[str, str, str]) -> str:
    """A tree of `(mode, name, oid)` in just this order, whatever the names say."""
    raw = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for mode, name, oid in lines)
    return git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", cwd=repository, stdin=raw)


def commit(repository: Path, root: str, parent: str | None = None, ref: str | None = "refs/heads/main") -> str:
    parents = ["-p", parent] if parent else []
    sha = git("commit-tree", root, *parents, "-m", "a commit", cwd=repository)
    if ref:
        git("update-ref", ref, sha, cwd=repository)
    return sha


def commit_of(repository: Path, *lines: tuple[str, str, bytes]) -> str:
    """A commit on main of `(mode, name, content)` in the root folder."""
    return commit(repository, tree(repository, *[(mode, name, blob(repository, data)) for mode, name, data in lines]))


def work_tree(where: Path, files: dict[str, str], branch: str = "main") -> Path:
    """A person's clone-to-be with one commit."""
    where.mkdir(parents=True)
    git("init", "-q", "-b", branch, cwd=where)
    change(where, files)
    return where


def change(where: Path, files: dict[str, str], message: str = "a change") -> str:
    """Commits `files`; returns the new commit."""
    for name, text in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text)
    git("add", "-A", cwd=where)
    git("commit", "-q", "--allow-empty", "-m", message, cwd=where)
    return git("rev-parse", "HEAD", cwd=where)
