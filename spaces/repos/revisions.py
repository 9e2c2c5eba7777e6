"""What a client's word for a revision means here. The Hub's clients say `main` for the default branch, ModelScope's say
`master`, whatever it is called."""

from __future__ import annotations

from spaces.errors import RevisionNotFound
from spaces.repos import rules, store
from spaces.repos.objects import open_objects

MAIN = "main"


def commit_at(space_id: int, rev: str) -> str:
    """The commit that `rev` stands for. Raises RevisionNotFound."""
    try:
        return store.resolve(space_id, rev)
    except RevisionNotFound:
        branch = store.default_branch(space_id)
        if rev not in rules.DEFAULT_BRANCHES or branch == rev:
            raise
        return store.resolve(space_id, f"refs/heads/{branch}")


def place_at(space_id: int, rev: str) -> tuple[str, str | None]:
    """`branch_at`, or a pull request by its ref: whatever a commit may be put on top of."""
    return (rev, store.resolve(space_id, rev)) if rules.is_pull(rev) else branch_at(space_id, rev)


def branch_at(space_id: int, rev: str) -> tuple[str, str | None]:
    """The branch that `rev` names, and its commit: None where it is the default branch before its first commit.

    Raises RevisionNotFound for what is no branch: nothing can be put on top of a tag or of an earlier commit."""
    name = rev.removeprefix("refs/heads/")
    rules.revision_candidates(name)
    default = store.default_branch(space_id)
    with open_objects(store.find(space_id)) as objects:
        for branch in (name, default) if name in rules.DEFAULT_BRANCHES else (name,):
            if found := objects.info(f"refs/heads/{branch}^{{commit}}"):
                return branch, found.oid
    if name == default or (name in rules.DEFAULT_BRANCHES and not store.refs(space_id)):
        return name, None
    raise RevisionNotFound(
        f"There is no branch {rev[:100]!r}.", hint="Files are committed to branches; make it first, or use `main`."
    )
