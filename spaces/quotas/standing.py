"""How an owner stands: what is in force for it, what it holds, what is left, and what follows where that is too much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlmodel import Session, select

from spaces.models import Owner, Quota
from spaces.models.quota import EVERYBODY
from spaces.models.types import now
from spaces.quotas import book, periods, terms, usage
from spaces.quotas.terms import BY_KEY, Excess, Limits, Usage, Values, spelled

FOLLOWS = {
    "gpus": "What runs goes on. Nothing new gets a GPU until some are handed back, and those beyond the guarantee go to "
    "whoever waits within theirs.",
    "gpu_seconds_per_day": "Spaces on GPUs are warned, then they sleep. They wake again when the day is over.",
    "gpu_seconds_per_month": "Spaces on GPUs are warned, then they sleep. They wake again when the month is over.",
    "cpus": "What runs goes on; frozen Spaces go to sleep. Nothing more starts or wakes until there is room.",
    "memory": "What runs goes on; frozen Spaces go to sleep. Nothing more starts or wakes until there is room.",
    "running_spaces": "What runs goes on; frozen Spaces go to sleep. Nothing more starts or wakes until there is room.",
    "storage": "All files stay. Nothing more can be pushed or uploaded until there is room.",
    "builds": "Builds that run come to their end. Others wait until there is room.",
    "builds_per_day": "Builds that run come to their end. Others wait until the day is over.",
}
"""What becomes of an owner that holds more than it may, as after a quota was lowered. Nothing is ever stopped unsaid."""


def of(session: Session, owner: Owner) -> dict[str, Any]:
    """One owner, its storage counted too; as JSON."""
    assert owner.id is not None
    own, everybody = book.own_values(session, owner.id), book.own_values(session, EVERYBODY)
    return _shown(owner, own, terms.effective(own, everybody), usage.of(session, owner.id), now())


def of_many(session: Session, owners: Sequence[Owner]) -> list[dict[str, Any]]:
    """Many of them, without their storage: to count it means looking at every file."""
    moment = now()
    rows = {row.owner_id: book.values_of(row) for row in session.exec(select(Quota))}
    everybody = rows.get(EVERYBODY, {})
    held = usage.by_owner(session, [owner.id or 0 for owner in owners], moment)
    found = []
    for owner in owners:
        own = rows.get(owner.id or 0, book.values_of(None))
        shown = _shown(owner, own, terms.effective(own, everybody), held[owner.id or 0], moment)
        for part in ("usage", "left"):
            del shown[part][BY_KEY["storage"].wire]
        found.append(shown)
    return found


def everybody(session: Session) -> dict[str, Any]:
    """The defaults, and what is promised of what there is."""
    own = book.own_values(session, EVERYBODY)
    return {
        "quota": limits(terms.effective(own)),
        "own": own_terms(own),
        "gpus": spelled(book.fleet(session)),
        "guaranteed": spelled(book.guaranteed(session)),
    }


def limits(found: Limits) -> dict[str, terms.Amount]:
    """What is in force, as JSON."""
    return {BY_KEY[key].wire: spelled(value) for key, value in asdict(found).items()}


def own_terms(values: Values) -> dict[str, terms.Amount]:
    """What is set, as JSON."""
    return {
        BY_KEY[key].wire: terms.SPELLED if value == terms.STORED_UNLIMITED else value
        for key, value in values.items()
        if value is not None
    }


# -- private --------------------------------------------------------------------------------------


def _shown(owner: Owner, own: Values, allowed: Limits, held: Usage, moment: dt.datetime) -> dict[str, Any]:
    return {
        "owner": owner.name,
        "number": owner.id,
        "kind": owner.kind.value,
        "quota": limits(allowed),
        "own": own_terms(own),
        "usage": _numbers(asdict(held)),
        "left": _numbers(terms.left(allowed, held)),
        "over": [_over(excess) for excess in terms.excesses(allowed, held)],
        "dayEndsAt": periods.next_day(moment).isoformat(),
        "monthEndsAt": periods.next_month(moment).isoformat(),
    }


def _numbers(values: Mapping[str, float]) -> dict[str, terms.Amount]:
    return {BY_KEY[key].wire: spelled(value) for key, value in values.items()}


def _over(excess: Excess) -> dict[str, Any]:
    term, used, limit = excess
    return {
        "term": term.wire,
        "what": term.what,
        "used": spelled(used),
        "limit": spelled(limit),
        "follows": FOLLOWS[term.key],
    }
