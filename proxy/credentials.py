"""What in a visitor's request is the platform's, and what is the app's.

Ours are tokens, however they are sent, the pass of a private Space, every other cookie of ours, and `__sign` in the query.
An app never sees any of them. All the rest is the app's and passes byte for byte, its own `Authorization` included.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_plus

from spaces import names

Headers = Iterable[tuple[bytes, bytes]]

MOST = 5
"""Values of one kind that are looked at: a browser sends one, whoever sends more may be guessing."""

EDGE_TOKENS = (
    rf"{names.TOKEN_PREFIX}|OmRkX[w-z0-9+/]|[DTjz]pkZF[89+/]|[AEIMQUYcgkosw048]6ZGRf"  # and `:dd_` within base64
)
"""How the edge knows an Authorization header that may hold a token of ours; this module has the last word."""
EDGE_COOKIES = rf"(^|[;, ])(__Host-)?{names.COOKIE_PREFIX}"
"""The same for cookies."""


@dataclass(frozen=True)
class Credentials:
    """What a visitor shows to be let in."""

    tokens: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    """Values of the Space's own cookie."""
    sign: str = ""

    def __bool__(self) -> bool:
        return bool(self.tokens or self.passes or self.sign)


def credentials_of(headers: Headers, query: bytes, cookie: str) -> Credentials:
    """Everything of ours in a request; `cookie` is the name of the cookie that holds passes. A cookie that a browser sends
    along because another site's page made it do so counts for nothing."""
    headers = list(headers)
    tokens = [token for name, value in headers if name.lower() in _AUTHORIZATIONS for token in tokens_in(value)]
    passes = [value for name, value in _cookies(headers) if name == cookie and value] if of_own_page(headers) else []
    signs = [value for name, value in _pairs(query) if name == names.PARAMETER_SIGN and value]
    return Credentials(tuple(tokens[:MOST]), tuple(passes[:MOST]), signs[0] if signs else "")


def has_pass(headers: Headers, cookie: str) -> bool:
    """This browser was let in once, be its pass still good or not."""
    return any(name == cookie for name, _ in _cookies(headers))


def of_own_page(headers: Headers) -> bool:
    """The app's own pages sent this, or a person who follows a link; not a page of another origin, be it a neighbour's."""
    sent = {name.lower(): value.decode("latin-1").lower() for name, value in headers}
    origin = sent.get(b"origin")
    if origin is not None and origin.partition("://")[2] != sent.get(b"x-forwarded-host", sent.get(b"host", "")):
        return False
    site = sent.get(b"sec-fetch-site", "none")
    return site in ("none", "same-origin") or sent.get(b"sec-fetch-mode") == "navigate"


def without_ours(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers as the app gets them."""
    kept = []
    for name, value in headers:
        lower = name.lower()
        if lower == names.HEADER_HUB_AUTHORIZATION.lower().encode() or (lower == b"authorization" and tokens_in(value)):
            continue
        if lower == b"cookie" and names.COOKIE_PREFIX.encode() in value:
            theirs = [pair for pair in value.split(b";") if not _OUR_COOKIE.match(pair.decode("latin-1"))]
            value = b";".join(theirs).strip()
            if not value:
                continue
        kept.append((name, value))
    return kept


def query_without_sign(query: bytes) -> bytes:
    """The query as the app gets it."""
    if names.PARAMETER_SIGN not in unquote_plus(query.decode("latin-1")):
        return query
    kept = [part for part in query.split(b"&") if _name_of(part) != names.PARAMETER_SIGN]
    return b"&".join(kept)


def tokens_in(value: bytes) -> list[str]:
    """Tokens of ours in the value of an Authorization header: as a bearer, as a password, or anywhere else."""
    text = value.decode("latin-1")
    scheme, _, rest = text.partition(" ")
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, ValueError):
            text += " " + base64.b64decode(rest.strip() + "==").decode("latin-1")
    return [match[0] for match in names.TOKEN.finditer(text)]


# -- private --------------------------------------------------------------------------------------

_AUTHORIZATIONS = frozenset({b"authorization", names.HEADER_HUB_AUTHORIZATION.lower().encode()})
_OUR_COOKIE = re.compile(rf"\s*(?:__Host-)?{names.COOKIE_PREFIX}")


def _cookies(headers: Headers) -> list[tuple[str, str]]:
    lines = [value.decode("latin-1") for name, value in headers if name.lower() == b"cookie"]
    pairs = [pair.partition("=") for line in lines for pair in line.split(";")]
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _pairs(query: bytes) -> list[tuple[str, str]]:
    parts = [part.partition(b"=") for part in query.split(b"&")]
    return [(_name_of(name), unquote_plus(value.decode("latin-1"))) for name, _, value in parts]


def _name_of(part: bytes) -> str:
    return unquote_plus(part.partition(b"=")[0].decode("latin-1"))
