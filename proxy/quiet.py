"""Connections that never count as activity: they leave from the local ports `names.QUIET_PORTS`."""

from __future__ import annotations

import errno
import http.client
import secrets
import socket
from collections.abc import Mapping
from email.message import Message
from typing import Any

from spaces import names

CONNECT_SECONDS = 1.0
_TRIES = 64
_random = secrets.SystemRandom()


def quiet_socket(address: tuple[Any, ...]) -> socket.socket:
    """An unconnected socket bound to a quiet port; `address` is one entry of `getaddrinfo` (as aiohttp hands it over).
    Where the whole range is taken, any port: a probe that counts is better than none."""
    family, kind, protocol = address[0], address[1], address[2]
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    low, high = names.QUIET_PORTS
    for _ in range(_TRIES):
        try:
            made.bind(("", _random.randint(low, high)))
            break
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                made.close()
                raise
    return made


def is_quiet(port: int) -> bool:
    low, high = names.QUIET_PORTS
    return low <= port <= high


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """A connected quiet socket. Raises OSError."""
    error: OSError | None = None
    for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        made = quiet_socket(info[:3])
        made.settimeout(timeout)
        try:
            made.connect(info[4])
            return made
        except OSError as caught:
            made.close()
            error = caught
    raise error or OSError(f"{host} does not resolve")


def get(host: str, port: int, headers: Mapping[str, str], path: str = "/", timeout: float = 5.0) -> tuple[int, Message]:
    """Status and headers of one GET from a quiet port. Raises OSError or HTTPException where nothing answers: soon where
    nobody is at home (the address of a container that ended), after `timeout` seconds where somebody is and says nothing."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.sock = connect(host, port, min(timeout, CONNECT_SECONDS))
        connection.sock.settimeout(timeout)
        connection.request("GET", path, headers={"User-Agent": f"{names.PRODUCT}-probe", "Accept": "*/*", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers
    finally:
        connection.close()
