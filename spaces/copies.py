"""A repository made of another, by duplication or from a template. Of a Space files and variables come along, secrets never do."""

from __future__ import annotations

from sqlmodel import Session

from spaces import env
from spaces.models import RepoKind, Space
from spaces.models.space import EnvKind
from spaces.quotas import storage
from spaces.repos import copy, disk, hosting, store
from spaces.repos.lfs import holdings, past


def copy_variables(session: Session, source: Space, target: Space) -> list[str]:
    """The variables of `source` become those of `target` where that has none of the name; returns the names of the
    secrets that somebody has to set there."""
    present = {entry.key for kind in EnvKind for entry in env.entries_of(session, target, kind)}
    for entry in env.entries_of(session, source, EnvKind.VARIABLE):
        if entry.key not in present:
            env.put_entry(session, target, EnvKind.VARIABLE, entry.key, entry.value, entry.description)
    return [entry.key for entry in env.entries_of(session, source, EnvKind.SECRET) if entry.key not in present]


def copy_files(kind: RepoKind, source: int, target: int, actor: str) -> list[str]:
    """The new repository `target` begins with the head of `source`, and where it is a Space's it is built; returns what a
    push would tell. Outside any transaction: this writes files. Raises QuotaExceeded."""
    storage.check_repository(target, disk.below(store.path(source)))
    sha = copy.copy_head(source, target)
    if sha:
        holdings.share(source, target, past.named(source, sha))
    return hosting.record_push(kind, target, sha, actor) if sha else []
