"""Making and removing branches, tags and refs of pull requests without a push."""

from __future__ import annotations

from pathlib import Path

from spaces.errors import Conflict, Forbidden, Invalid, RevisionNotFound
from spaces.repos import git, rules, store
from spaces.repos.commit import signature

LONGEST_MESSAGE = 1 << 16
"""Characters of a tag's message."""


def create_branch(space_id: int, branch: str, sha: str) -> bool:
    """`branch` begins at the commit `sha`. True where that gave the default branch its first commit.

    Raises Invalid for a name that may not be, Conflict where it is taken."""
    rules.check_branch(branch)
    with store.lock(space_id):
        _free(space_id, f"refs/heads/{branch}")
        _create(space_id, f"refs/heads/{branch}", sha)
        store.settle_head(space_id)
        first = store.default_branch(space_id) == branch
        if first:
            store.keep(space_id, sha)
    return first


def delete_branch(space_id: int, branch: str) -> None:
    """Raises RevisionNotFound where there is none, Forbidden for the default branch."""
    if branch == store.default_branch(space_id):
        raise Forbidden(f"Cannot delete refs/heads/{branch}: it is the default branch.", code="default_branch")
    _delete(space_id, "branch", f"refs/heads/{branch}")


def create_tag(space_id: int, tag: str, sha: str, author: str, message: str | None = None) -> None:
    """`tag` names the commit `sha` for good, with a message where there is one. Raises Invalid, or Conflict where the
    name is taken."""
    rules.check_branch(tag)
    if message is not None and len(message) > LONGEST_MESSAGE:
        raise Invalid("The tag's message is too long.", hint=f"At most {LONGEST_MESSAGE} characters.")
    with store.lock(space_id):
        _free(space_id, f"refs/tags/{tag}")
        target = _annotation(store.find(space_id), tag, sha, author, message) if message else sha
        _create(space_id, f"refs/tags/{tag}", target)


def delete_tag(space_id: int, tag: str) -> None:
    """Raises RevisionNotFound where there is none."""
    _delete(space_id, "tag", f"refs/tags/{tag}")


def put_pull(space_id: int, ref: str, sha: str) -> None:
    """A pull request's ref begins at the commit `sha`. Under the caller's lock."""
    store.sweep(space_id)
    git.run("update-ref", ref, sha, repository=store.find(space_id))


def drop_pull(space_id: int, ref: str) -> None:
    """The ref goes; nothing where there is none. Under the caller's lock."""
    git.run("update-ref", "-d", ref, repository=store.find(space_id))


# -- private; all but `_delete` under the caller's lock


def _free(space_id: int, ref: str) -> None:
    """git keeps refs as files and folders: `a` and `a/b` cannot both be."""
    for taken in store.refs(space_id):
        if taken == ref:
            raise Conflict(f"Reference {ref} already exists.", hint="Choose another name, or delete it first.")
        if taken.startswith(f"{ref}/") or ref.startswith(f"{taken}/"):
            raise Conflict(f"Reference {ref} cannot be beside {taken}.", hint="Choose another name.")


def _create(space_id: int, ref: str, oid: str) -> None:
    store.sweep(space_id)
    git.run("update-ref", ref, oid, "0" * 40, repository=store.find(space_id))


def _delete(space_id: int, kind: str, ref: str) -> None:
    with store.lock(space_id):
        if ref not in store.refs(space_id):
            raise RevisionNotFound(f"Invalid rev id: there is no {kind} {_short(ref)[:100]!r}.")
        git.run("update-ref", "-d", ref, repository=store.find(space_id))


def _annotation(where: Path, tag: str, sha: str, author: str, message: str) -> str:
    text = message.replace("\0", "").strip()
    body = f"object {sha}\ntype commit\ntag {tag}\ntagger {signature(author)}\n\n{text}\n"
    return git.run("mktag", repository=where, stdin=body.encode(errors="replace")).decode().strip()


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
