"""Which URLs and addresses a server-side fetch may touch at all. Pure.

A name is written in one way only: whatever a program might read as an address in disguise (`127.1`, `0x7f000001`,
`2130706433`) is refused rather than understood."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from spaces.errors import Forbidden, Invalid

PORTS = {"https": 443, "http": 80}
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/%?-]*")
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")


@dataclass(frozen=True)
class Location:
    """Where a URL leads: read once, so that nobody reads it in another way."""

    scheme: str
    host: str
    port: int
    path: str
    """With its query, if any."""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return f"{self.origin}{self.path}"


@dataclass(frozen=True)
class Allowed:
    """Beyond the public internet by https: hosts an admin named, and origins, which may be plain http."""

    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()

    def near(self, where: Location) -> bool:
        """True where the address of `where` may be a private one."""
        return where.host in self.hosts or where.origin in self.origins


def allowed(text: str) -> Allowed:
    """`DEMODOCK_IMPORT_HOSTS`: hosts such as `git.lan`, and origins such as `http://git.lan:3000`."""
    entries = [part.strip().lower().rstrip("/") for part in text.split(",") if part.strip()]
    origins = {locate(entry, plain=True).origin for entry in entries if "://" in entry}
    return Allowed(frozenset(entry for entry in entries if "://" not in entry), frozenset(origins))


def locate(url: str, plain: bool = False) -> Location:
    """What `url` says. Raises Invalid for a scheme that is not fetched, credentials, and a host written in disguise; `plain`:
    http is a scheme too."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused(url, "is no address") from None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in PORTS or (scheme == "http" and not plain):
        raise _refused(url, "is not an https address", code="scheme")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _refused(url, "holds a user or a password", code="credentials")
    if "\\" in url or not url.isascii() or not _PATH.fullmatch(parts.path + parts.query) or parts.fragment:
        raise _refused(url, "holds characters that no address needs")
    if fault := host_fault(host):
        raise _refused(url, fault, code="host")
    query = f"?{parts.query}" if parts.query else ""
    return Location(scheme, host, port or PORTS[scheme], (parts.path or "/") + query)


def check_scheme(url: str, exceptions: Allowed) -> Location:
    """What `url` says. Raises Invalid for a scheme that is not fetched from there."""
    where = locate(url, plain=True)
    return where if where.origin in exceptions.origins else locate(url)


def host_fault(host: str) -> str | None:
    """What is wrong with a host's spelling, or None."""
    if _literal(host) is not None:
        return None
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        return "has a host that is no name"
    if _NUMBER.fullmatch(labels[-1]):
        return "has a host that is an address in disguise"
    return None


def is_public(address: str) -> bool:
    """True for an address of the public internet; an IPv6 address that carries an IPv4 one is judged by that as well."""
    found = _literal(address)
    if found is None:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner:
            return False  # nobody serves repositories there
        return found in _GLOBAL_V6 and found.is_global and not found.is_multicast
    return found.is_global and not found.is_multicast and not found.is_reserved


def refuse_near(where: Location) -> Forbidden:
    """The one answer for whatever is not the public internet: it does not tell what is there."""
    return Forbidden(
        f"{where.host} is not on the public internet.",
        hint="Push a clone of it, or ask the admin to name the host in DEMODOCK_IMPORT_HOSTS.",
        code="not_public",
    )


# -- private


def _literal(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text) if "%" not in text else None
    except ValueError:
        return None


def _refused(url: str, fault: str, code: str = "bad_address") -> Invalid:
    return Invalid(f"{url[:200]!r} {fault}.", hint="Use an address such as https://example.org/owner/name.", code=code)
