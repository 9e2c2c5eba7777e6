"""Which other sites may show a Space in a frame: everybody's, those that its people list, or none.

The list is kept as the Content-Security-Policy's `frame-ancestors` spells it, so that edge and gateway send it as it stands.
A Space's own page on the control host may always show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from spaces.errors import Invalid

MOST = 50
"""Sites of one Space: a header has an end."""
NOBODY = ""
"""No other site."""


def checked_sites(texts: Iterable[str]) -> str:
    """Those sites as the policy spells them, each once. Raises Invalid, which says what a site looks like."""
    sites = list(dict.fromkeys(_site(text) for text in texts))
    if len(sites) > MOST:
        raise Invalid(f"More than {MOST} sites.", hint="`https://*.example.com` stands for many.", code="many_sites")
    return " ".join(sites)


def in_force(listed: str | None, disabled: bool) -> str | None:
    """What holds: the Space's list, or nobody where its card has `disable_embedding`."""
    return NOBODY if disabled else listed


def policy(sites: str | None, control: str) -> str | None:
    """The Content-Security-Policy of a Space that `sites` may show, and itself, and the origin `control`; None: anybody may."""
    return None if sites is None else " ".join(["frame-ancestors 'self'", control, *sites.split()])


def allowed(sites: str | None, control: str, origin: str) -> bool:
    """Whether a page of `origin` may show the Space: what browsers make of the policy."""
    if sites is None:
        return True
    asked = _PARTS.fullmatch(origin.lower())
    return asked is not None and any(_covers(site, asked) for site in [control, *sites.split()])


# -- private --------------------------------------------------------------------------------------

_PARTS = re.compile(r"(https?)://((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}|\*))?")
_USUAL = {"http": "80", "https": "443"}


def _site(text: str) -> str:
    """`text` as a source of the policy: scheme, host, and the port where it is not the usual one."""
    typed = text.strip().rstrip("/")
    typed = typed if "://" in typed else f"https://{typed}"
    scheme, _, rest = typed.partition("://")
    try:
        host, colon, port = rest.partition(":")
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        host = ""
    found = _PARTS.fullmatch(f"{scheme}://{host}{colon}{port}".lower()) if len(host) <= 253 else None
    if found is None:
        raise Invalid(
            f"{text[:100]!r} is no site.",
            hint="Write it as `https://example.com`, `https://*.example.com` or `http://localhost:3000`.",
            code="no_site",
        )
    return found[0].removesuffix(f":{_USUAL[found[1]]}")


def _covers(site: str, asked: re.Match[str]) -> bool:
    known = _PARTS.fullmatch(site.lower())
    if known is None:
        return False
    scheme, host, port = known.groups()
    if scheme == "https" != asked[1]:
        return False
    if not (asked[2].endswith(host[1:]) if host.startswith("*.") else asked[2] == host):
        return False
    theirs = asked[3] or _USUAL[asked[1]]
    return port == "*" or theirs == (port or _USUAL[scheme]) or (theirs, port or "80") == ("443", "80")
