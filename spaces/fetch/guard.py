"""From a URL to the very addresses to connect to: a name is looked up once, every answer is checked, and whoever connects
does it to what was checked. A second look could be answered differently."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from spaces.errors import Invalid
from spaces.fetch import addresses
from spaces.fetch.addresses import Allowed, Location

Resolver = Callable[[str, int], list[str]]
MOST = 8
"""Addresses of one name that are tried."""


@dataclass(frozen=True)
class Pinned:
    """A location, and where it is to be found."""

    where: Location
    addresses: tuple[str, ...]


def look_up(host: str, port: int) -> list[str]:
    """The host's addresses, by this machine's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Lets addresses through, or not."""

    def __init__(self, allowed: Allowed, resolve: Resolver = look_up) -> None:
        self.allowed, self.resolve = allowed, resolve

    def admit(self, url: str) -> Pinned:
        """`url` with its checked addresses. Raises Invalid, or Forbidden where one address of several is not public: a name
        that is half private is somebody's trick."""
        where = addresses.check_scheme(url, self.allowed)
        near = self.allowed.near(where)
        if not near and (where.host == "localhost" or where.host.endswith(".localhost")):
            raise addresses.refuse_near(where)  # curl knows this name without asking anybody
        try:
            found = self.resolve(where.host, where.port)[:MOST]
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise Invalid(f"There is no host {where.host}.", hint="Check the spelling.", code="no_such_host")
        if not near and not all(addresses.is_public(address) for address in found):
            raise addresses.refuse_near(where)
        return Pinned(where, tuple(found))
