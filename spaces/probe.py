"""One HTTP GET as the platform's own: from a quiet port, so that it never counts as somebody's visit."""

from __future__ import annotations

import http.client
import random
import socket

from spaces import names


def quiet_request(
    host: str, port: int, headers: dict[str, str], path: str = "/", timeout: float = 5.0
) -> tuple[int, dict[str, str]]:
    """Status and headers of one GET from a quiet port (never counted as activity). Raises OSError or HTTPException."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    connection.sock = _quiet_socket(host, port, timeout)
    try:
        connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for key, value in {"Accept": "*/*", "Connection": "close", **headers}.items():
            connection.putheader(key, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()


# -- private --------------------------------------------------------------------------------------


def _quiet_socket(host: str, port: int, timeout: float) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    for attempt in range(5):
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(timeout)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", random.randint(*names.QUIET_PORTS)))
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            # Taken, or still in TIME_WAIT towards the same address: another of the thousand will do.
            if isinstance(error, ConnectionError | TimeoutError) or attempt == 4:
                raise
    raise OSError("no quiet port is free")
