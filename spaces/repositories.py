"""Models and datasets: made and deleted; and the first commit, which repositories of all kinds get.

Nobody here asks who may, beyond under whose name: that is `spaces.access`. What only Spaces have is in `spaces.actions`.
"""

from __future__ import annotations

import structlog
from sqlmodel import Session, col, select

from spaces import audit, db, defaults, former_names, likes, links, names, repo_cards
from spaces.access import Actor, access_owner, find_repository
from spaces.errors import BadRequest, Conflict, Invalid
from spaces.models import RepoKind, Repository, Space, Visibility
from spaces.models.types import now
from spaces.moves import full_name

GITATTRIBUTES = "".join(
    f"*.{ending} filter=lfs diff=lfs merge=lfs -text\n"
    for ending in "7z bin bz2 ckpt ftz gz h5 joblib model npy npz onnx parquet pb pickle pkl pt pth rar safetensors tar "
    "tflite tgz wasm xz zip zst".split()
)
"""What a new repository keeps by git-lfs."""

log = structlog.get_logger()


class RepositoryExists(Conflict):
    """Carries `url`: what the Hub's clients look for when they were told that an existing repository is fine."""

    code = "repository_exists"

    def __init__(self, kind: RepoKind, owner: str, name: str) -> None:
        url = f"{links.here()}/{kind.prefix}{owner}/{name}"
        super().__init__(
            f"You already created this {kind.value} repo", hint="Push to it, or choose another name.", url=url
        )


def create_repository(
    session: Session,
    actor: Actor,
    kind: RepoKind,
    owner: str | None,
    name: str,
    visibility: Visibility | None = None,
) -> Repository:
    """A new, empty model or dataset; what is not said is its owner's default. Raises Invalid, RepositoryExists, and what `access_owner` raises."""
    holder = access_owner(session, actor, owner)
    check_name(kind, name)
    visibility = visibility or defaults.of(session, holder).visibility_of_files
    check_visibility(kind, visibility)
    if taken := find_repository(session, kind, holder.name, name):
        raise RepositoryExists(kind, holder.name, taken.name)
    former_names.forget(session, kind, holder.id, name)
    made = Repository(
        kind=kind,
        owner_id=holder.id,
        creator_id=actor.owner_id,
        name=name,
        name_key=name.lower(),
        visibility=visibility,
    )
    session.add(made)
    session.flush()
    return made


def delete_repository(session: Session, found: Repository, actor: Actor) -> None:
    """Out of sight at once, its name free again; `erase` removes what it left, the row last."""
    name, was = full_name(session, found), {"visibility": found.visibility, "head": found.head}
    audit.record(session, actor, f"{found.kind}.delete", (found.kind.value, name), was)
    former_names.forget_all(session, found.id)
    # `~` is in no name.
    found.gone_at, found.name_key = now(), f"~{found.id}"
    session.add(found)


def erase(number: int) -> None:
    """Removes all there is of a deleted model or dataset. Idempotent; outside any transaction: this removes files."""
    from spaces import pulls
    from spaces.repos import store
    from spaces.repos.lfs import holdings

    with db.reading() as session:
        found = session.get(Repository, number)
        if found is None or found.gone_at is None:
            return
    store.delete(number)
    holdings.release(number)
    with db.writing() as session:
        repo_cards.forget(session, number)
        likes.forget(session, number)
        pulls.forget(session, number)
        if found := session.get(Repository, number):
            session.delete(found)


def erase_gone() -> None:
    """Goes on with deletions that were cut short. For now and then."""
    with db.reading() as session:
        gone = session.exec(select(Repository.id).where(col(Repository.gone_at).is_not(None))).all()
    for number in gone:
        try:
            erase(number or 0)
        except Exception:
            log.exception("could not remove a deleted repository", repository=number)


def first_commit(kind: RepoKind, number: int, author: str, branch: str = "main") -> None:
    """A repository made by the API begins with a commit, as clients expect; one made by a push begins with what is
    pushed. `branch` is the default one from now on. Outside any transaction: this writes files."""
    from spaces.repos import commit, store

    store.create(number)
    if store.head(number) is None:
        attributes = {".gitattributes": GITATTRIBUTES.encode()}
        sha = commit.commit_files(number, "initial commit", author, attributes, branch=branch)
        with db.writing() as session:
            row = session.get(Space if kind == RepoKind.SPACE else Repository, number)
            if row and row.head is None:
                row.head = sha
                session.add(row)


def set_visibility(session: Session, found: Repository, visibility: Visibility, actor: Actor) -> None:
    """Who sees it from now on. Raises BadRequest for what only Spaces can be."""
    check_visibility(found.kind, visibility)
    name = full_name(session, found)
    audit.change_visibility(session, actor, (found.kind.value, name), found.visibility, visibility)
    found.visibility, found.changed_at = visibility, now()
    session.add(found)


def check_name(kind: RepoKind, name: str) -> None:
    """Raises Invalid for what cannot name a repository."""
    if not names.valid_name(name):
        raise Invalid(
            f"{name[:100]!r} cannot be a {kind.value}'s name.",
            hint="Allowed: letters, digits, `.`, `_`, `-`, at most 96, no `--`, no `..`, no `.git` at the end, "
            "no `-` or `.` at either end.",
        )


def check_visibility(kind: RepoKind, visibility: Visibility) -> None:
    """Raises BadRequest for what a repository of this kind cannot be."""
    if visibility == Visibility.PROTECTED and kind != RepoKind.SPACE:
        raise BadRequest(
            "Only Spaces can be protected: there the app is open and the files are not.",
            hint="Allowed for models and datasets: public, private.",
            code="only_spaces_protected",
        )
