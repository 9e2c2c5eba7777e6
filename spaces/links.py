"""Addresses of the control host in answers: under the name by which it was asked, where that is one of the two that we
have. A client inside a Space asks `hub.DOMAIN` and may not know the other; both are made from the settings (P35)."""

from __future__ import annotations

import re
from contextvars import ContextVar
from urllib.parse import urlsplit

from spaces.settings import get_settings

_asked_hub: ContextVar[bool] = ContextVar("asked_hub", default=False)


def here() -> str:
    """The base of a link, without a slash at the end."""
    settings = get_settings()
    return settings.hub_url if _asked_hub.get() else settings.base_url


def note(host: str) -> bool:
    """Remembers for the present request by which of our names it came; True for the one that Spaces know, where nobody
    signs in and no cookie counts."""
    by_hub = host == urlsplit(get_settings().hub_url).hostname
    _asked_hub.set(by_hub)
    return by_hub


def moved(path: str, was: str, became: str) -> str | None:
    """`path` with the repository `became` in the place of `was`, whatever the case of letters; None where it names none
    there. A path and no address: whoever follows it stays with the host that they trust."""
    place = rf"((?:/api/(?:models|datasets|spaces)|/datasets|/spaces|)/){re.escape(was)}(?=(?:\.git)?(?:/|$))"
    found = re.match(place, path, re.IGNORECASE)
    return f"{found[1]}{became}{path[found.end() :]}" if found else None
