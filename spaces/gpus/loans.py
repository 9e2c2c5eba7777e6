"""What an owner has beyond its guarantee: of its holds, those that fit in the guarantee are its own, the rest is borrowed.

The holds that nobody could end come first, then those in use, then the oldest; so what is borrowed is what is missed least.
"""

from __future__ import annotations

from collections.abc import Iterable

from spaces.gpus.fleet import GPU, Hold


def borrowed(holds: Iterable[tuple[Hold, int]], guarantee: float) -> list[Hold]:
    """Of an owner's holds and what each counts for, those that its guarantee does not cover and that may be ended.

    A Space that is larger than the guarantee is borrowed as a whole. What is being given back is neither."""
    own, found = 0, []
    for hold, cost in sorted(holds, key=_order):
        if hold.ending:
            continue
        if hold.preemptible and own + cost > guarantee * GPU:
            found.append(hold)
        else:
            own += cost
    return found


# -- private --------------------------------------------------------------------------------------


def _order(pair: tuple[Hold, int]) -> tuple[bool, bool, bool, float, str]:
    hold = pair[0]
    return hold.preemptible, hold.warned_at is not None, hold.idle_since is not None, hold.since, hold.id
