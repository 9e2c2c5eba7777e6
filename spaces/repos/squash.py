"""A branch's history made one commit: the same files, nothing before them."""

from __future__ import annotations

from spaces.errors import Invalid
from spaces.repos import git, revisions, store
from spaces.repos.commit import commit_tree

LONGEST_MESSAGE = 1 << 16


def squash(number: int, branch: str, message: str, author: str) -> bool:
    """`branch` becomes one commit with the files of its tip. True where it is the default branch. Raises RevisionNotFound."""
    if len(message) > LONGEST_MESSAGE:
        raise Invalid("The message is too long.", hint=f"At most {LONGEST_MESSAGE} characters.")
    where = store.find(number)
    with store.lock(number):
        store.sweep(number)
        name, tip = revisions.branch_at(number, branch)
        tip = tip or revisions.commit_at(number, branch)
        tree = (
            git.run("rev-parse", "--verify", "--end-of-options", f"{tip}^{{tree}}", repository=where).decode().strip()
        )
        text = message.replace("\0", "").strip() or f"Super-squash branch '{name}'"
        sha = commit_tree(where, tree, (), text, author)
        git.run("update-ref", f"refs/heads/{name}", sha, tip, repository=where)
        default = name == store.default_branch(number)
        if default:
            store.keep(number, sha)
    return default
