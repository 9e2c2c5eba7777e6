"""What people do with Spaces. Every function changes rows in the caller's transaction and rings the controller after it;
the controller, a builder or the gateway then makes it so. Nobody here asks who may: that is `spaces.access`.
"""

from __future__ import annotations

import datetime as dt
import ipaddress

from sqlmodel import Session, select

from spaces import audit, defaults, doorbell, former_names, hardware, subdomains
from spaces.access import Actor, access_owner
from spaces.errors import BadRequest, Busy, Conflict, Invalid, RevisionNotFound
from spaces.lifecycle import Intent, Phase, Reason, Stage
from spaces.models import EnvEntry, Flavor, Owner, RepoKind, Revision, Space, Tombstone, Visibility
from spaces.models.types import now
from spaces.moves import full_name, move
from spaces.quotas import gate
from spaces.repositories import RepositoryExists, check_name
from spaces.settings import get_settings

SDKS = ("gradio", "streamlit", "docker", "static")
TOMBSTONE = dt.timedelta(days=90)
"""How long nobody but its owner gets the host of a deleted Space: links to it may be anywhere."""


class SpaceExists(RepositoryExists):
    """The name is a Space's already."""


def create_space(
    session: Session,
    actor: Actor,
    owner: str | None,
    name: str,
    sdk: str | None = None,
    flavor: str | None = None,
    sleep_after: int | None = None,
    visibility: Visibility | None = None,
) -> Space:
    """A new, empty Space with its host and its repository; what is not said is its owner's default. Raises Invalid, SpaceExists, and what `access_owner` raises."""
    holder = access_owner(session, actor, owner)
    check_name(RepoKind.SPACE, name)
    if sdk is not None and sdk not in SDKS:
        raise Invalid("No such sdk.", hint=f"Allowed: {', '.join(SDKS)}.", code="unknown_sdk")
    taken = session.exec(select(Space).where(Space.owner_id == holder.id, Space.name_key == name.lower())).first()
    if taken:
        raise SpaceExists(RepoKind.SPACE, holder.name, taken.name)
    former_names.forget(session, RepoKind.SPACE, holder.id, name)
    wanted = defaults.of(session, holder)
    space = Space(
        owner_id=holder.id,
        creator_id=actor.owner_id,
        name=name,
        name_key=name.lower(),
        subdomain=_settle_subdomain(session, holder, name),
        subnet=_free_subnet(session),
        sdk=sdk,
        visibility=visibility or wanted.visibility or Visibility.PUBLIC,
        hardware=hardware.find_flavor(session, flavor, holder.id, actor).name
        if flavor
        else wanted.flavor(session, holder),
        sleep_after=wanted.sleep_after if sleep_after is None else hardware.checked_sleep_time(sleep_after),
    )
    session.add(space)
    session.flush()
    return space


def delete_space(session: Session, space: Space, actor: Actor) -> None:
    """Out of sight at once, its name free again; the controller removes what it left, the row last."""
    was = {"visibility": space.visibility, "hardware": space.hardware, "head": space.head}
    audit.record(session, actor, "space.delete", ("space", full_name(session, space)), was)
    _bury_host(session, space)
    former_names.forget_all(session, space.id)
    for entry in session.exec(select(EnvEntry).where(EnvEntry.space_id == space.id)):
        session.delete(entry)
    space.intent = Intent.GONE
    move(session, space, Stage.DELETING, Phase.STOPPING, actor=actor.name)
    # `~` is in no name and no host: the row frees both without a second flag.
    space.name_key = space.subdomain = f"~{space.id}"
    _after(session, space)


def set_visibility(session: Session, space: Space, visibility: Visibility, actor: Actor) -> None:
    """Who sees the Space, and its files, from now on."""
    audit.change_visibility(session, actor, ("space", full_name(session, space)), space.visibility, visibility)
    space.visibility = visibility
    _after(session, space)


def set_sites(session: Session, space: Space, sites: str | None) -> None:
    """Which other sites may show the Space in a frame from now on, as `spaces.embedding` spells them; None: all."""
    space.sites = sites
    _after(session, space)


def move_host(session: Session, space: Space, owner: Owner, name: str) -> None:
    """The Space gets the host of `owner/name`, which it is about to be called; nobody but its owner so far gets the old
    one for a while. The next instance is told, and replaces the present one."""
    label = _settle_subdomain(session, owner, name, space.subdomain)
    if label != space.subdomain:
        _bury_host(session, space)
        space.subdomain = label
    space.generation += 1
    _after(session, space)


def restart(session: Session, space: Space, actor: Actor, factory: bool = False) -> None:
    """New instances of the same revision beside the old ones. Where there is no revision to start, or with `factory`,
    the head is built (again)."""
    needs_build = factory or (space.revision_id or space.next_revision_id) is None or space.stage in _BUILD_FAILED
    if not needs_build:
        _refuse_static(space, "restarted")
    if needs_build and not space.head:
        raise BadRequest("There is nothing to start yet.", hint="Push an app first.", code="nothing_pushed")
    space.intent = Intent.AWAKE
    if needs_build:
        from spaces.builds import request_build

        request_build(session, space, space.head or "", actor.name, factory=factory)
        return
    space.generation += 1
    if space.stage.serving:
        stage = Stage.RUNNING_APP_STARTING if space.stage == Stage.RUNNING else space.stage
        move(session, space, stage, Phase.STARTING, actor=actor.name)
    elif space.stage not in (Stage.BUILDING, Stage.APP_STARTING):
        move(session, space, Stage.APP_STARTING, Phase.STARTING, actor=actor.name)
    _after(session, space)


def redeploy(session: Session, space: Space, actor: Actor) -> None:
    """Builds the head again, with what was set since and with the layers there are, and starts what comes of it; also a
    Space that was paused."""
    if not space.head:
        raise BadRequest("There is nothing to deploy yet.", hint="Upload an app first.", code="nothing_pushed")
    from spaces.builds import request_build

    space.intent = Intent.AWAKE
    request_build(session, space, space.head, actor.name, again=True)


def pause(session: Session, space: Space, actor: Actor) -> None:
    """No instance until somebody who may restarts it; visits do not wake it."""
    _refuse_static(space, "paused")
    space.intent = Intent.PAUSED
    reason = Reason(code="paused", message=f"Paused by {actor.name}.", hint="Restart it to go on.", actor=actor.name)
    move(session, space, Stage.PAUSED, Phase.STOPPING, reason, actor.name)
    _after(session, space)


def sleep(session: Session, space: Space, actor: Actor) -> None:
    """Stops the instance as if nobody had visited; the next visit wakes it."""
    _refuse_static(space, "put to sleep")
    if space.stage == Stage.PAUSED:
        raise Conflict("A paused Space is asleep already.", hint="Restart it to let visits wake it.")
    space.intent = Intent.ASLEEP
    message = f"Put to sleep by {actor.name}; the next visit wakes it."
    space.reason = Reason(code="asleep", message=message, actor=actor.name)
    _after(session, space)


def wake(session: Session, space: Space, actor: Actor) -> None:
    """Starts it as a visit would. A paused Space only wakes by a restart."""
    if space.intent == Intent.PAUSED:
        raise Conflict("A visit cannot wake a paused Space.", hint="Restart it: `demodock restart`.", code="paused")
    if space.revision_id is None and space.next_revision_id is None:
        raise BadRequest("There is nothing to start yet.", hint="Push an app first.", code="nothing_pushed")
    space.intent = Intent.AWAKE
    space.active_at = now()
    _after(session, space)


def rollback(session: Session, space: Space, actor: Actor, revision_id: int | None = None) -> Revision:
    """Lets an earlier revision take over: the one named, else the one before the present. Nothing is built."""
    revisions = select(Revision).where(Revision.space_id == space.id)
    if revision_id is None:
        present = space.revision_id or space.next_revision_id or 0
        found = session.exec(revisions.where(Revision.id < present).order_by(Revision.id.desc())).first()  # type: ignore
        if found is None:
            raise RevisionNotFound("There is no earlier revision.", hint="`demodock status` lists the revisions.")
    else:
        found = session.exec(revisions.where(Revision.id == revision_id)).one_or_none()
        if found is None:
            raise RevisionNotFound("No such revision of this Space.", hint="`demodock status` lists the revisions.")
    if found.id == space.revision_id:
        space.next_revision_id = None
    else:
        space.next_revision_id = found.id
    if space.intent == Intent.ASLEEP:
        space.intent = Intent.AWAKE
    stage = Stage.RUNNING_APP_STARTING if space.stage == Stage.RUNNING else space.stage
    if space.intent == Intent.AWAKE and not space.stage.serving and space.stage != Stage.BUILDING:
        stage = Stage.APP_STARTING
    reason = Reason(code="rollback", message=f"Rolled back to revision {found.id} by {actor.name}.", actor=actor.name)
    move(session, space, stage, Phase.STARTING, reason, actor.name)
    _after(session, space)
    return found


def set_hardware(session: Session, space: Space, actor: Actor, flavor: str, sleep_after: int | None = None) -> None:
    """Moves the Space to another flavor; its instances are replaced. Raises Invalid, and QuotaExceeded for one that runs."""
    chosen = hardware.find_flavor(session, flavor, space.owner_id, actor).name if flavor != space.hardware else flavor
    if sleep_after is not None:
        space.sleep_after = hardware.checked_sleep_time(sleep_after)
    if chosen != space.hardware:
        gate.check_hardware(session, space, session.get_one(Flavor, chosen))
        space.hardware = chosen
        space.generation += 1
    _after(session, space)


def set_sleep_time(session: Session, space: Space, seconds: int | None) -> None:
    """Idle seconds before sleep; -1 never; None as its hardware has it."""
    space.sleep_after = None if seconds is None else hardware.checked_sleep_time(seconds)
    _after(session, space)


def set_freeze_time(session: Session, space: Space, seconds: int | None) -> None:
    """Idle seconds before freeze, by the same rule."""
    space.freeze_after = None if seconds is None else hardware.checked_sleep_time(seconds)
    _after(session, space)


# -- private --------------------------------------------------------------------------------------

_BUILD_FAILED = (Stage.BUILD_ERROR, Stage.CONFIG_ERROR, Stage.NO_APP_FILE)


def _after(session: Session, space: Space) -> None:
    space.changed_at = now()
    session.add(space)
    session.flush()
    doorbell.ring_after(session, space.id)


def _refuse_static(space: Space, done: str) -> None:
    if space.sdk == "static":
        raise BadRequest(f"A static Space cannot be {done}.", hint="It has no instance; it is always there.")


def _free_subnet(session: Session) -> int:
    """The smallest index that no Space uses. Index 0 is the builders'."""
    used = set(session.exec(select(Space.subnet)).all())
    size = 2 ** (28 - ipaddress.ip_network(get_settings().subnets).prefixlen)
    for index in range(1, size):
        if index not in used:
            return index
    raise Busy(f"All {size} networks of {get_settings().subnets} are in use.", hint="Widen DEMODOCK_SUBNETS.")


def _bury_host(session: Session, space: Space) -> None:
    session.merge(Tombstone(subdomain=space.subdomain, owner_id=space.owner_id, until=now() + TOMBSTONE))


def _settle_subdomain(session: Session, owner: Owner, name: str, own: str | None = None) -> str:
    """A free label; `own` is what the Space has already, and free to it."""

    def taken(label: str) -> bool:
        if label == own:
            return False
        tomb = session.get(Tombstone, label)
        buried = tomb is not None and tomb.owner_id != owner.id and tomb.until > now()
        return buried or session.exec(select(Space.id).where(Space.subdomain == label)).first() is not None

    return subdomains.settle(owner.name, name, taken)
