"""A Space's volumes: models, datasets and Spaces' repositories mounted read-only, and `/data`, which it may write to.

Who sets a volume must be able to read its source, and so must the Space's owner, who is asked again at every start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from spaces import doorbell, mount_paths, names
from spaces.access import Actor, Permission, access_repository, find_by_number, permission_on
from spaces.errors import BadRequest, Forbidden, Invalid, NotFound
from spaces.models import Repository, Space, Volume
from spaces.models.repository import RepoKind
from spaces.models.types import now
from spaces.moves import full_name
from spaces.quotas import storage as room
from spaces.repos import revisions

MOST = 16
STORAGE = {"small": 20, "medium": 150, "large": 1000}
"""The sizes of `/data` by the Hub's names, in GiB."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants mounted."""

    kind: RepoKind
    source: str
    mount_path: str
    revision: str = revisions.MAIN
    folder: str = ""


def checked(session: Session, actor: Actor, owner_id: int, wishes: Sequence[Wish]) -> list[Volume]:
    """The rows for `wishes`, of a Space that `owner_id` owns; its number and storage are for `put` to look at.

    Raises Invalid or Conflict for a mount path, what `access_repository` raises for a source, Forbidden where the owner may
    not read it, RevisionNotFound."""
    if len(wishes) > MOST:
        raise Invalid(f"A Space has at most {MOST} volumes.", hint="Put what belongs together into one repository.")
    rows = [_checked(session, actor, owner_id, wish) for wish in wishes]
    mount_paths.check_apart(row.mount_path for row in rows)
    return rows


def put(session: Session, space: Space, rows: Sequence[Volume]) -> None:
    """The Space's volumes are these and no others; its instances are replaced."""
    assert space.id is not None
    if space.sdk == "static" and rows:
        raise BadRequest("A static Space has no volumes.", hint="It has no instance that could read them.")
    mount_paths.check_apart([*([names.DATA_MOUNT] if space.storage else []), *(row.mount_path for row in rows)])
    session.exec(delete(Volume).where(col(Volume.space_id) == space.id))  # type: ignore[call-overload]
    for row in rows:
        row.space_id = space.id
        session.add(row)
    _changed(session, space)


def set_storage(session: Session, space: Space, tier: str | None) -> None:
    """Gives the Space its `/data`, or takes it away. What lies there stays until the Space is deleted. Raises Invalid,
    BadRequest, QuotaExceeded."""
    if tier is not None and tier not in STORAGE:
        raise Invalid("No such storage.", hint=f"Allowed: {', '.join(STORAGE)}.", code="unknown_storage")
    if tier and space.sdk == "static":
        raise BadRequest("A static Space has no storage.", hint="It has no instance that could write to it.")
    if tier:
        mount_paths.check_apart([*(row.mount_path for row in of(session, [space])), names.DATA_MOUNT])
        room.check_room(session, space.owner_id, (STORAGE[tier] - space.storage) * 1024)
    space.storage = STORAGE[tier] if tier else 0
    _changed(session, space)


def of(session: Session, spaces: Sequence[Space]) -> list[Volume]:
    """The volumes of all these Spaces."""
    numbers = [space.id for space in spaces]
    return list(session.exec(select(Volume).where(col(Volume.space_id).in_(numbers)).order_by(Volume.mount_path)))


def source(session: Session, volume: Volume, owner_id: int) -> Space | Repository:
    """The repository that the volume is of, where the owner of its Space may read it now. Raises NotFound: whether it is
    gone or out of reach is nothing that the Space's log must tell."""
    found = find_by_number(session, volume.kind, volume.repository)
    if found is None or not _reads(session, owner_id, found):
        raise NotFound(
            f"The {volume.kind} {volume.source} at {volume.mount_path} is not there, or the Space's owner may not read it.",
            hint="Mount another, or take the volume away.",
        )
    return found


# -- private


def _checked(session: Session, actor: Actor, owner_id: int, wish: Wish) -> Volume:
    path = mount_paths.checked(wish.mount_path)
    owner, _, name = wish.source.partition("/")
    found = access_repository(session, actor, wish.kind, owner, name, Permission.READ)
    assert found.id is not None
    if not _reads(session, owner_id, found):
        raise Forbidden(
            f"The owner of the Space may not read the {wish.kind} {wish.source}.",
            hint="Mount what is public or theirs: the Space runs in their name.",
            code="volume_not_readable",
        )
    revisions.commit_at(found.id, wish.revision)
    return Volume(
        space_id=0,
        kind=wish.kind,
        repository=found.id,
        source=full_name(session, found),
        revision=wish.revision,
        folder=wish.folder.strip("/"),
        mount_path=path,
        set_by=actor.name,
    )


def _reads(session: Session, owner_id: int, found: Space | Repository) -> bool:
    """Whether the owner, as itself and not as an admin, may read the repository."""
    power = permission_on(session, Actor(owner_id=owner_id), found)
    return power is not None and power >= Permission.READ


def _changed(session: Session, space: Space) -> None:
    space.changed_at = now()
    space.generation += 1
    session.add(space)
    session.flush()
    doorbell.ring_after(session, space.id)
