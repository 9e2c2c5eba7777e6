"""Which part of a GPU somebody has: quotas count whole devices, and parts as what they are. No I/O."""

from __future__ import annotations

import re

SLICES = {"a30": 4}
"""Into how many slices a model is cut by MIG, where it is not `USUAL_SLICES`."""
USUAL_SLICES = 7


def share(model: str | None, mig_profile: str | None, slots: int = 1) -> float:
    """The part of a whole device that one holder has: a MIG instance's slices, or one of the slots of a shared device."""
    whole = 1.0
    if mig_profile and (found := re.match(r"(\d+)g\b", mig_profile)):
        whole = min(1.0, int(found[1]) / SLICES.get((model or "").lower(), USUAL_SLICES))
    return whole / max(1, slots)
