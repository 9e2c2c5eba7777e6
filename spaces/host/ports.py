"""TCP ports: which are free, and who holds one that is not."""

from __future__ import annotations

import errno
import http.client
import re
import socket
from pathlib import Path

from spaces.errors import SetupError


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now; all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def require_free(bind: str, port: int) -> None:
    """Raises `SetupError` where we could not listen on the address, and says who does."""
    for address in [bind, "::1"] if bind == "127.0.0.1" else [bind]:
        problem = _try(address, port)
        if problem == errno.EADDRINUSE:
            who = holder(port)
            raise SetupError(
                f"Port {port} on {address} is taken{f' by {who}' if who else ''}.",
                hint="Stop that, or choose another port: DEMODOCK_PORT=8001 make up",
            )
        if problem == errno.EACCES:
            raise SetupError(f"Port {port} needs root.", hint="Choose a port above 1023 in DEMODOCK_PORT.")
        if problem == errno.EADDRNOTAVAIL and address == bind:
            raise SetupError(f"{bind} is no address of this machine.", hint="Mend DEMODOCK_BIND.")


def holder(port: int, proc: Path = Path("/proc")) -> str:
    """`name (process N)` of whoever listens on `port`; empty where that cannot be seen."""
    inodes = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    for process in proc.iterdir() if inodes else ():
        if not re.fullmatch(r"\d+", process.name):
            continue
        try:
            if any(str(handle.readlink()) in inodes for handle in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue
    return ""


def status(port: int, path: str = "/", address: str = "127.0.0.1", host: str = "localhost") -> int | None:
    """The HTTP status with which somebody answers there; None where nobody does."""
    connection = http.client.HTTPConnection(address, port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


# Private


def _try(address: str, port: int) -> int:
    """0 where we could listen, else the error number."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family) as test:
            test.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: TIME_WAIT does not matter
            if family == socket.AF_INET6:
                test.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            test.bind((address, port))
            test.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return 0
