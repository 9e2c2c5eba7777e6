"""Grants of fine-grained tokens as people write them: `acme`, `spaces/acme/demo`, `datasets/acme/rows`, `acme/model`.

A grant gives nothing that its token's person does not hold at that moment; `spaces.access` cuts the one by the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlmodel import Session

from spaces.access import Actor, Permission, access_people, access_repository, find_by_number
from spaces.errors import Invalid
from spaces.models import Owner, RepoKind, Repository, Space
from spaces.models.grant import Grant, Power
from spaces.models.repository import FIRST_ID
from spaces.moves import full_name

MOST = 50


def read(session: Session, actor: Actor, wanted: Iterable[tuple[str, str]]) -> tuple[Grant, ...]:
    """Grants from pairs of what it is about and `read`, `write` or `admin`.

    Raises Invalid, and NotFound for what `actor` does not see or belong to."""
    grants = []
    for on, power in wanted:
        if power not in tuple(Power):
            raise Invalid(f"There is no permission {power[:40]!r}.", hint="Allowed: read, write, admin.")
        if "/" in on:
            kind, owner, name = split(on)
            found = access_repository(session, actor, kind, owner, name, Permission.VISIT)
            grants.append(Grant(number=found.id, power=Power(power)))
        else:
            grants.append(Grant(owner_id=access_people(session, actor, on).id, power=Power(power)))
    if not 1 <= len(grants) <= MOST:
        raise Invalid(
            "A fine-grained token needs to be given something.",
            hint=f"Name 1 to {MOST} owners or repositories, each with read, write or admin.",
            code="no_grants",
        )
    return tuple(grants)


def split(text: str) -> tuple[RepoKind, str, str]:
    """Kind, owner and name of a repository's address without the host; raises Invalid."""
    parts = text.strip("/").split("/")
    kinds = {kind.prefix.strip("/"): kind for kind in RepoKind}
    kind = kinds.get(parts[0]) if len(parts) == 3 else RepoKind.MODEL
    if kind is None or len(parts) not in (2, 3):
        raise Invalid(
            f"{text[:100]!r} is neither an owner nor a repository.",
            hint="Write `acme`, `spaces/acme/demo`, `datasets/acme/rows` or `acme/model`.",
            code="bad_grant",
        )
    return kind, parts[-2], parts[-1]


def described(session: Session, grants: Iterable[Grant]) -> list[dict[str, Any]]:
    """Grants with the names of today; those about what is gone are left out."""
    shown = []
    for grant in grants:
        if grant.owner_id is not None:
            owner = session.get(Owner, grant.owner_id)
            if owner:
                shown.append({"on": owner.name, "type": owner.kind.value, "permission": grant.power.value})
        elif found := _repository(session, grant.number or 0):
            kind = found.kind if isinstance(found, Repository) else RepoKind.SPACE
            on = f"{kind.prefix}{full_name(session, found)}"
            shown.append({"on": on, "type": kind.value, "permission": grant.power.value})
    return shown


# -- private --------------------------------------------------------------------------------------


def _repository(session: Session, number: int) -> Space | Repository | None:
    """Spaces count from 1, models and datasets from `FIRST_ID`: the number alone says which table it is in."""
    return find_by_number(session, RepoKind.SPACE if number < FIRST_ID else RepoKind.MODEL, number)
