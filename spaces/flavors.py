"""Flavors as admins make, change and remove them. What a Space may choose of them is in `spaces.hardware`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, func, select

from spaces import audit, hardware
from spaces.access import Actor, find_owner
from spaces.defaults import PLATFORM_HARDWARE
from spaces.errors import Conflict, Invalid, NotFound
from spaces.gpus import flavors, inventory
from spaces.models import Audience, Flavor, FlavorOwner, Owner, Space


class Wish(BaseModel):
    """What an admin sets of a flavor; what is not named stays, or is the default of a new one."""

    model_config = ConfigDict(extra="forbid")

    pretty_name: str | None = None
    cpus: float | None = None
    memory: int | None = None
    """MiB."""
    pids: int | None = None
    disk: int | None = None
    """MiB."""
    gpus: int | None = None
    gpu_model: str | None = None
    gpu_memory: int | None = None
    """MiB of each GPU, at least."""
    mig_profile: str | None = None
    gpu_slots: int | None = None
    accelerator: str | None = None
    sleep_after: int | None = None
    freeze_after: int | None = None
    position: int | None = None
    audience: Audience | None = None
    owners: list[str] | None = None
    """Whose Spaces may have it, where `audience` is `named`."""


def create(session: Session, actor: Actor, name: str, wish: Wish) -> tuple[Flavor, list[str]]:
    """A new flavor, and what its admin should know of it. Raises Invalid, and Conflict where there is one of that name."""
    if not _NAME.fullmatch(name) or name == hardware.ZERO_GPU:
        raise Invalid(
            "This cannot name hardware.", hint="Allowed: a-z, 0-9, `-`, `.`; at most 63; a letter or digit first."
        )
    if session.get(Flavor, name):
        raise Conflict(
            f"There is a flavor {name} already.", hint="Change it, or choose another name.", code="flavor_exists"
        )
    missing = [key for key in ("cpus", "memory") if getattr(wish, key) is None]
    if missing:
        raise Invalid(f"A flavor needs {' and '.join(missing)}.", hint="`memory` is in MiB.")
    last = session.exec(select(func.max(Flavor.position))).one()
    flavor = Flavor(name=name, pretty_name=name, cpus=1, memory=1, position=(last or 0) + 1)
    return flavor, _put(session, actor, flavor, wish, None)


def change(session: Session, actor: Actor, name: str, wish: Wish) -> tuple[Flavor, list[str]]:
    """Changes what `wish` names; instances get it at their next start. Raises NotFound and Invalid."""
    flavor = find(session, name)
    return flavor, _put(session, actor, flavor, wish, described(session, flavor))


def remove(session: Session, actor: Actor, name: str) -> None:
    """Raises NotFound, and Conflict while a Space has it or new Spaces would get it."""
    flavor = find(session, name)
    if name == PLATFORM_HARDWARE:
        raise Conflict(f"New Spaces get {name}.", hint="Change it instead.", code="flavor_in_use")
    count = session.exec(select(func.count()).select_from(Space).where(Space.hardware == name)).one()
    if count:
        spaces = f"{count} Space{'s have' if count > 1 else ' has'}"
        raise Conflict(f"{spaces} the hardware {name}.", hint="Move them to another first.", code="flavor_in_use")
    audit.record(session, actor, "flavor.remove", ("flavor", name), described(session, flavor), None)
    _name_owners(session, flavor, [])
    session.delete(flavor)
    session.flush()


def find(session: Session, name: str) -> Flavor:
    """Any flavor, offered or not. Raises NotFound."""
    if (flavor := session.get(Flavor, name[:100])) is None:
        raise NotFound("There is no such hardware.", hint="`demodock admin flavor list` tells of all.")
    return flavor


def described(session: Session, flavor: Flavor) -> dict[str, Any]:
    """All of it, for admins."""
    return flavor.model_dump(mode="json") | {"owners": owners_of(session, flavor)}


def owners_of(session: Session, flavor: Flavor) -> list[str]:
    """Whose Spaces may have it, where it is for some alone."""
    named = select(Owner.name).join(FlavorOwner, col(FlavorOwner.owner_id) == Owner.id)
    return list(session.exec(named.where(FlavorOwner.flavor == flavor.name).order_by(Owner.name)))


def warnings(session: Session, flavor: Flavor) -> list[str]:
    """What its admin should know of it."""
    told = []
    if misfit := flavors.misfit(flavor, inventory.fleet(session)):
        told.append(f"It is not offered for now. {misfit[0]} {misfit[1]}")
    if flavor.audience == Audience.NAMED and not owners_of(session, flavor):
        told.append("It is for nobody yet: name `owners`.")
    if flavor.gpus and flavor.gpu_slots > 1:
        told.append("Those who share a GPU are not kept from each other: name only owners who trust each other.")
    return told


# -- private --------------------------------------------------------------------------------------

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_MIG = re.compile(r"(?:\d{1,2}c\.)?\d{1,2}g\.\d{1,4}gb(?:\+[a-z.]{1,10})?")
_BOUNDS = {
    "cpus": (0.05, 4096),
    "memory": (16, 1 << 26),
    "pids": (16, 1 << 22),
    "disk": (1, 1 << 30),
    "gpus": (0, 1024),
    "gpu_memory": (0, 1 << 22),
    "gpu_slots": (1, inventory.MOST_SLOTS),
    "position": (0, 1 << 20),
}
"""Least and most of each number."""
_CLEARED = {"gpu_model", "mig_profile", "sleep_after", "freeze_after"}
"""What may be set to nothing."""


def _put(session: Session, actor: Actor, flavor: Flavor, wish: Wish, before: dict[str, Any] | None) -> list[str]:
    named = wish.model_fields_set - {"owners"}
    values = {key: getattr(wish, key) for key in named if getattr(wish, key) is not None or key in _CLEARED}
    for key in {"gpu_model", "mig_profile"} & values.keys():
        values[key] = (values[key] or "").strip() or None
    flavor.sqlmodel_update(values)
    _check(flavor)
    session.add(flavor)
    session.flush()
    if flavor.audience != Audience.NAMED:
        if wish.owners:
            raise Invalid(f"A flavor for {flavor.audience} names no owners.", hint="Set `audience` to `named`.")
        _name_owners(session, flavor, [])
    elif wish.owners is not None:
        _name_owners(session, flavor, wish.owners)
    verb = "create" if before is None else "change"
    audit.record(session, actor, f"flavor.{verb}", ("flavor", flavor.name), before, described(session, flavor))
    return warnings(session, flavor)


def _check(flavor: Flavor) -> None:
    for key, (least, most) in _BOUNDS.items():
        if not least <= getattr(flavor, key) <= most:
            raise Invalid(f"`{key}` cannot be {getattr(flavor, key):g}.", hint=f"Allowed: {least:g} to {most:g}.")
    for key in ("sleep_after", "freeze_after"):
        if (seconds := getattr(flavor, key)) is not None:
            hardware.checked_sleep_time(seconds)
    for key in ("pretty_name", "accelerator", "gpu_model"):
        if len(getattr(flavor, key) or "") > 100:
            raise Invalid(f"`{key}` is too long.", hint="At most 100 characters.")
    if not flavor.pretty_name.strip():
        raise Invalid("`pretty_name` is empty.")
    if flavor.mig_profile and not _MIG.fullmatch(flavor.mig_profile):
        raise Invalid(
            f"{flavor.mig_profile[:40]!r} is no MIG profile.", hint="Write it as `nvidia-smi mig -lgip` does: 1g.10gb."
        )
    asks = flavor.gpu_model or flavor.gpu_memory or flavor.mig_profile or flavor.gpu_slots > 1
    if asks and not flavor.gpus:
        raise Invalid("A flavor without GPUs asks nothing of them.", hint="Set `gpus`, or leave the rest out.")


def _name_owners(session: Session, flavor: Flavor, names: Sequence[str]) -> None:
    """Raises NotFound for a name without an owner."""
    wanted: dict[int | None, str] = {}
    for name in names:
        if (owner := find_owner(session, name)) is None:
            raise NotFound(f"There is no owner {name[:100]}.", hint="Name users or organizations.")
        wanted[owner.id] = owner.name
    for row in session.exec(select(FlavorOwner).where(FlavorOwner.flavor == flavor.name)):
        if row.owner_id not in wanted:
            session.delete(row)
        wanted.pop(row.owner_id, None)
    session.add_all(FlavorOwner(flavor=flavor.name, owner_id=owner_id) for owner_id in wanted)
    session.flush()
