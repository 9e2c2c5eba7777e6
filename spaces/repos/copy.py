"""A repository as the beginning of another: one branch with its history, and nothing that was pushed and taken back."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from spaces.repos import git, rules, store

SECONDS = 900
_KEPT = f"refs/heads/{rules.DEFAULT_BRANCHES[0]}"


def copy_head(source: int, target: int) -> str | None:
    """What the default branch of `source` holds becomes `main` of `target`, a repository without commits; returns the
    commit, or None where there is none to copy."""
    head = store.head(source)
    store.create(target)
    if head:
        take_in(store.find(source), head.sha, target)
    return head.sha if head else None


def take_in(repository: Path, sha: str, target: int) -> None:
    """`main` of `target` becomes the commit `sha` of `repository`; what its history needs comes along."""
    where = store.find(target)
    with store.lock(target):
        store.sweep(target)
        _send(repository, sha, where)
        git.run("update-ref", _KEPT, sha, repository=where)
        store.settle_head(target)
        store.keep(target, sha)


# -- private


def _send(source: Path, sha: str, target: Path) -> None:
    """All objects that `sha` needs, in one pack; they were checked when they came here. A copy of the folder would hold
    what no branch holds any more as well."""
    with (
        git.open_pipe("pack-objects", "--revs", "--stdout", "--quiet", repository=source, seconds=SECONDS) as packing,
        git.open_pipe("index-pack", "--stdin", repository=target, seconds=SECONDS) as storing,
    ):
        assert packing.stdin and packing.stdout and storing.stdin and storing.stdout
        packing.stdin.write(f"{sha}\n".encode())
        packing.stdin.close()
        with contextlib.suppress(BrokenPipeError):
            shutil.copyfileobj(packing.stdout, storing.stdin, 1 << 20)
            storing.stdin.close()
        storing.stdout.read()
        if packing.wait() or storing.wait():
            raise git.GitError("The repository could not be copied.", code="copy_failed")
