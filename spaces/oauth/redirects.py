"""Where a person may be sent back to after signing in to a Space: to that Space, and nowhere else; pure.

A browser knows a Space by its origin, and whatever answers there is the Space's own; so any path of that origin will do.
Gradio writes `https://` before its host whatever the platform speaks: that spelling of the same host is taken too, and
the browser is sent to the address that answers.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit, urlunsplit

_PLAIN = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,2000}")
"""No blanks, no control characters, no backslash, which browsers read as a slash."""


def landing(redirect_uri: str, space_url: str) -> str | None:
    """The address to send the browser to for a client's `redirect_uri`; None where it is not one of the Space's."""
    if not _PLAIN.fullmatch(redirect_uri):
        return None
    try:
        asked, own = urlsplit(redirect_uri), urlsplit(space_url)
        same_port = _port(asked.scheme, asked.port) == _port(own.scheme, own.port) or asked.port == own.port
    except ValueError:
        return None
    plain = not asked.fragment and "#" not in redirect_uri and "@" not in asked.netloc
    scheme = asked.scheme in (own.scheme, "https") and asked.scheme != "" and same_port
    if not plain or not scheme or (asked.hostname or "") != own.hostname or not asked.path.startswith("/"):
        return None
    return urlunsplit((own.scheme, own.netloc, asked.path, asked.query, ""))


def with_answer(landing: str, answer: dict[str, str]) -> str:
    """`landing` with the parameters of the answer behind its own."""
    parts = urlsplit(landing)
    query = "&".join(filter(None, (parts.query, urlencode(answer))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _port(scheme: str, port: int | None) -> int | None:
    return port or {"http": 80, "https": 443}.get(scheme)
