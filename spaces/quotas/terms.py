"""What a quota says: its terms, what they come to for an owner, what is left, and which values make sense. No I/O.

A guarantee is what an owner gets whenever it wants it; what others leave free it may borrow up to `gpus`, by `weight`, and
gives back when somebody within their guarantee waits. `docs/howto/gpu-quotas.md` tells an admin the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, NamedTuple

from spaces.errors import Conflict, Invalid

UNLIMITED = math.inf
STORED_UNLIMITED = -1.0
"""How the database writes it."""
SPELLED = "unlimited"
"""How people write it."""
MOST = 1e12
"""No number in a quota is larger: what means more is `unlimited`."""

Amount = float | Literal["unlimited"]


@dataclass(frozen=True)
class Limits:
    """A quota in force: every term has a value."""

    guarantee: float = 0.0
    weight: float = 1.0
    gpus: float = UNLIMITED
    gpu_seconds_per_day: float = UNLIMITED
    gpu_seconds_per_month: float = UNLIMITED
    cpus: float = UNLIMITED
    memory: float = UNLIMITED
    running_spaces: float = UNLIMITED
    storage: float = UNLIMITED
    builds: float = UNLIMITED
    builds_per_day: float = UNLIMITED


@dataclass(frozen=True)
class Usage:
    """What an owner holds, in the same units and under the same names as what it may hold."""

    gpus: float = 0.0
    gpu_seconds_per_day: float = 0.0
    gpu_seconds_per_month: float = 0.0
    cpus: float = 0.0
    memory: float = 0.0
    running_spaces: float = 0.0
    storage: float = 0.0
    builds: float = 0.0
    builds_per_day: float = 0.0


class Term(NamedTuple):
    """What one number of a quota is about."""

    key: str
    what: str
    """What people read: `GPUs at once`."""
    unit: str = ""
    whole: bool = False
    """Half a one makes no sense."""

    @property
    def wire(self) -> str:
        """Its name in JSON."""
        first, *rest = self.key.split("_")
        return first + "".join(word.title() for word in rest)

    @property
    def limit(self) -> bool:
        """It bounds what may be held; the other two say who comes first."""
        return self.key not in ("guarantee", "weight")


TERMS = (
    Term("guarantee", "guaranteed GPUs", "GPUs"),
    Term("weight", "weight beyond the guarantee"),
    Term("gpus", "GPUs at once", "GPUs"),
    Term("gpu_seconds_per_day", "GPU time per day", "s"),
    Term("gpu_seconds_per_month", "GPU time per month", "s"),
    Term("cpus", "CPUs of running Spaces", "CPUs"),
    Term("memory", "memory of running Spaces", "MiB"),
    Term("running_spaces", "running Spaces", whole=True),
    Term("storage", "storage", "MiB"),
    Term("builds", "builds at a time", whole=True),
    Term("builds_per_day", "builds per day", whole=True),
)
"""In the order in which they are shown."""
BY_KEY = {term.key: term for term in TERMS}
assert [term.key for term in TERMS] == [field.name for field in fields(Limits)]

Values = Mapping[str, float | None]
"""Terms by key as a row has them: None inherits, -1 is unlimited."""


class Excess(NamedTuple):
    """A limit that is exceeded, as it may be once an admin lowers it below what is held."""

    term: Term
    used: float
    limit: float


def effective(*rows: Values) -> Limits:
    """What is in force: of each term the first value that a row has, else the platform's own."""
    found: dict[str, float] = {}
    for term in TERMS:
        value = next((row[term.key] for row in rows if row.get(term.key) is not None), None)
        if value is not None:
            found[term.key] = UNLIMITED if value == STORED_UNLIMITED else value
    return Limits(**found)


def left(limits: Limits, usage: Usage) -> dict[str, float]:
    """What may still be had of each limit; never below nothing."""
    return {key: max(0.0, getattr(limits, key) - used) for key, used in asdict(usage).items()}


def excesses(limits: Limits, usage: Usage) -> list[Excess]:
    """The limits that are exceeded, in the order of the terms. GPU time that is used up to the second is not."""
    used = asdict(usage)
    return [
        Excess(term, used[term.key], getattr(limits, term.key))
        for term in TERMS
        if term.limit and used[term.key] > getattr(limits, term.key)
    ]


def stored(value: Any, key: str) -> float | None:
    """`value`, as somebody wrote it, as a row has it: a number, `unlimited`, or None. Raises Invalid, which names the term."""
    term = BY_KEY[key]
    if value is None:
        return None
    if value == SPELLED:
        if not term.limit:
            raise _invalid(term, "cannot be unlimited", "Give a number.")
        return STORED_UNLIMITED
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _invalid(term, f"cannot be {str(value)[:50]!r}", f"Give a number{_or_unlimited(term)}.")
    if value < 0:
        raise _invalid(term, f"cannot be below zero ({value:g})", f"Give 0 or more{_or_unlimited(term)}.")
    if value > MOST:
        raise _invalid(term, f"cannot be as large as {value:g}", f"Give at most {MOST:g}{_or_unlimited(term)}.")
    if term.whole and value != int(value):
        raise _invalid(term, f"cannot be {value:g}", "Give a whole number.")
    if key == "weight" and value == 0:
        raise _invalid(term, "cannot be zero", "Give a small number, such as 0.1; or limit the GPUs to the guarantee.")
    return float(value)


def check(limits: Limits, owner: str) -> None:
    """Raises Invalid where what is in force for `owner` contradicts itself."""
    if limits.guarantee > limits.gpus:
        raise Invalid(
            f"{owner} would be guaranteed {limits.guarantee:g} GPUs and allowed {limits.gpus:g}.",
            hint="Lower the guarantee, or raise `gpus` with it.",
            code="quota",
            term="guarantee",
        )


def check_guarantees(before: float, after: float, fleet: float, overcommit: bool) -> str | None:
    """Promises must be kept: raises Conflict where the sum of all guarantees rises above the GPUs there are. With
    `overcommit` it is a warning, which is returned."""
    if after <= fleet + _DUST or after <= before + _DUST:
        return None
    message = f"Guarantees would come to {after:g} GPUs, and there are {fleet:g}."
    if overcommit:
        return f"{message} When all are wanted at once, some wait."
    raise Conflict(
        message, hint="Lower another guarantee first, or say that you mean it: `overcommit`.", code="overcommitted"
    )


def sum_of_guarantees(everybody: Values, owners: Iterable[Values], others: int) -> float:
    """What has been promised: to `owners`, who have a quota of their own, and to the `others` who have the defaults."""
    return sum(effective(row, everybody).guarantee for row in owners) + others * effective(everybody).guarantee


def spelled(value: float) -> Amount:
    """A value as JSON has it."""
    return SPELLED if value == UNLIMITED else round(value, 3)


# -- private --------------------------------------------------------------------------------------

_DUST = 1e-9
"""What adding up parts of GPUs leaves."""


def _or_unlimited(term: Term) -> str:
    return f", or `{SPELLED}`" if term.limit else ""


def _invalid(term: Term, what: str, hint: str) -> Invalid:
    return Invalid(f"`{term.wire}` ({term.what}) {what}.", hint=hint, code="quota", term=term.wire)
