"""An app may ask to stay awake: before it is frozen or put to sleep it is asked whether it has work to finish.

The question comes from a quiet port, so it is no visit; an app that knows nothing of it answers 404, or with a page that
lacks the header, and goes to rest as always.
"""

from __future__ import annotations

import http.client

from proxy import quiet
from spaces import names

PATIENCE = 2.0
"""Seconds an app may think about it."""
ASK_SECONDS = 15.0
"""How long an answer holds: the idle policy looks every second."""


def stays(address: str, port: int) -> bool:
    """True where the app at that address asks to stay awake."""
    try:
        status, headers = quiet.get(address, port, {}, names.STAY_AWAKE_PATH, PATIENCE)
    except (OSError, http.client.HTTPException):
        return False
    return status < 400 and headers.get(names.HEADER_STAY_AWAKE, "").strip() == "1"
