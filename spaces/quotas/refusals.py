"""How a quota says no: which limit, how much of it is used, and what to do. Nothing here tells of other Spaces, since visitors
of one may read why it does not start."""

from __future__ import annotations

from typing import NoReturn

from spaces.errors import QuotaExceeded
from spaces.quotas.terms import Term, spelled


def refuse(owner: str, term: Term, used: float, limit: float, more: float, hint: str) -> NoReturn:
    """Raises QuotaExceeded."""
    raise QuotaExceeded(
        f"There is no room in {owner}'s quota: {term.what}, {told(used, limit, term)} in use, {_number(more)} more needed.",
        hint=hint,
        owner=owner,
        term=term.wire,
        limit=spelled(limit),
        used=spelled(used),
        wanted=spelled(more),
    )


def told(used: float, limit: float, term: Term) -> str:
    """How much of a limit is used, for a sentence."""
    return f"{_number(used)} of {_number(limit)}{f' {term.unit}' if term.unit else ''}"


# -- private --------------------------------------------------------------------------------------


def _number(value: float) -> str:
    return f"{round(value, 2):,}".removesuffix(".0").replace(",", "\N{NARROW NO-BREAK SPACE}")
