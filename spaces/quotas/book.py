"""The quotas that admins set: what is in force for whom, and changing it. Every change is in the audit log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from spaces import audit, doorbell
from spaces.access import Actor
from spaces.gpus.fleet import GPU, part
from spaces.models import GpuDevice, Owner, Quota
from spaces.models.quota import EVERYBODY
from spaces.models.types import now
from spaces.quotas import terms
from spaces.quotas.terms import Limits, Values

ALL = "*"
"""What the quota of everybody is called in the audit log, where others bear their owner's name."""


@dataclass(frozen=True)
class Changed:
    """What came of a change."""

    before: Limits
    after: Limits
    warnings: tuple[str, ...] = ()


def limits_of(session: Session, owner_id: int) -> Limits:
    """What is in force for an owner; for `EVERYBODY`: the defaults."""
    return limits_by_owner(session, [owner_id])[owner_id]


def limits_by_owner(session: Session, owner_ids: Iterable[int]) -> dict[int, Limits]:
    """The same for many, in one question."""
    wanted = list(owner_ids)
    rows = {
        row.owner_id: row for row in session.exec(select(Quota).where(col(Quota.owner_id).in_([EVERYBODY, *wanted])))
    }
    everybody = values_of(rows.get(EVERYBODY))
    return {owner_id: terms.effective(values_of(rows.get(owner_id)), everybody) for owner_id in wanted}


def own_values(session: Session, owner_id: int) -> Values:
    """What is set for this owner alone; None: inherited."""
    return values_of(session.get(Quota, owner_id))


def values_of(row: Quota | None) -> Values:
    """A row's terms by key."""
    return {term.key: getattr(row, term.key) if row else None for term in terms.TERMS}


def change(
    session: Session, actor: Actor, owner: Owner | None, values: Mapping[str, float | None], overcommit: bool = False
) -> Changed:
    """Sets those terms for `owner`, or for everybody where it is None; terms that `values` does not name stay. `values` are
    as `terms.stored` makes them. Raises Invalid where a quota would contradict itself, Conflict where more would be
    guaranteed than there is."""
    owner_id, name = _named(owner)
    row = session.get(Quota, owner_id, with_for_update=True) or Quota(owner_id=owner_id)
    was = values_of(row)
    return _put(session, actor, owner_id, name, row, was | dict(values), overcommit)


def reset(session: Session, actor: Actor, owner: Owner | None) -> Changed:
    """Back to the defaults; the defaults themselves back to the platform's own. Raises what `change` raises: the default may
    guarantee more."""
    owner_id, name = _named(owner)
    row = session.get(Quota, owner_id, with_for_update=True)
    if row is None:
        limits = limits_of(session, owner_id)
        return Changed(limits, limits)
    return _put(session, actor, owner_id, name, row, values_of(None), overcommit=False)


def fleet(session: Session) -> float:
    """GPUs there are: what has not failed and is not gone."""
    return sum(part(device.mig_profile, 1) / GPU for device in session.exec(select(GpuDevice)) if device.state.holds)


def guaranteed(session: Session) -> float:
    """The sum of what owners have been guaranteed."""
    return _guaranteed(session, _rows(session))


# -- private --------------------------------------------------------------------------------------


def _put(
    session: Session, actor: Actor, owner_id: int, name: str, row: Quota, values: Values, overcommit: bool
) -> Changed:
    rows = _rows(session)
    old = dict(rows)
    was, before = values_of(row), limits_of(session, owner_id)
    rows[owner_id] = values
    if all(value is None for value in values.values()):
        del rows[owner_id]
    _check(session, rows, owner_id, name)
    warning = terms.check_guarantees(_guaranteed(session, old), _guaranteed(session, rows), fleet(session), overcommit)
    if owner_id in rows:
        row.sqlmodel_update(dict(values))
        row.changed_at = now()
        session.add(row)
    elif owner_id in old:
        session.delete(row)
    session.flush()
    after = limits_of(session, owner_id)
    if was != values:
        verb = "quota.change" if owner_id in rows else "quota.reset"
        audit.record(session, actor, verb, ("quota", name), _set(was), _set(values))
        doorbell.ring_after(session, None)  # whoever waited for more starts at once
    return Changed(before, after, (warning,) if warning else ())


def _check(session: Session, rows: Mapping[int, Values], owner_id: int, name: str) -> None:
    """A change of the defaults is one for everybody who inherits a part of them."""
    everybody = rows.get(EVERYBODY, {})
    if owner_id != EVERYBODY:
        terms.check(terms.effective(rows.get(owner_id, {}), everybody), name)
        return
    terms.check(terms.effective(everybody), "Everybody")
    for other_id, values in rows.items():
        if other_id != EVERYBODY:
            other = session.get(Owner, other_id)
            terms.check(terms.effective(values, everybody), other.name if other else "Somebody")


def _rows(session: Session) -> dict[int, Values]:
    return {row.owner_id: values_of(row) for row in session.exec(select(Quota))}


def _guaranteed(session: Session, rows: Mapping[int, Values]) -> float:
    everybody = rows.get(EVERYBODY, {})
    theirs = [values for owner_id, values in rows.items() if owner_id != EVERYBODY]
    owners = session.exec(select(func.count()).select_from(Owner)).one()
    return terms.sum_of_guarantees(everybody, theirs, owners - len(theirs))


def _named(owner: Owner | None) -> tuple[int, str]:
    return (EVERYBODY, ALL) if owner is None else (owner.id or 0, owner.name)


def _set(values: Values) -> dict[str, terms.Amount]:
    """What is set, as people read it."""
    return {
        terms.BY_KEY[key].wire: terms.SPELLED if value == terms.STORED_UNLIMITED else value
        for key, value in values.items()
        if value is not None
    }
