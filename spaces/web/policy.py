"""What a page of ours may load and be shown in: its Content-Security-Policy.

Scripts, styles, pictures and live events come from the control host alone, nothing inline, nothing evaluated. A page that
shows an app names that Space's origin, and only that one may stand in its frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
_BASE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def policy(frames: Sequence[str] = ()) -> str:
    """The header's value; `frames` are origins of Spaces. Raises ValueError for what is no origin."""
    for origin in frames:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin")
    return f"{_BASE}; frame-src {' '.join(frames)}" if frames else _BASE
