"""What Traefik has loaded, asked through its own API on loopback; and requests through the edge as a visitor sends them."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable

from spaces import names
from spaces.probe import quiet_request
from spaces.settings import Settings


class Edge:
    """The edge as seen from inside; every method answers False rather than raise while Traefik is away."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def has(self, router: str) -> bool:
        """Traefik routes by the file provider's `router` now."""
        try:
            status, _ = quiet_request(
                "127.0.0.1", self.settings.edge_port, {"Host": "localhost"}, f"/api/http/routers/{router}@file"
            )
        except (OSError, http.client.HTTPException):
            return False
        return status == 200

    def target(self, service: str) -> str | None:
        """URL of the service's first server, or None where Traefik does not know it."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.settings.edge_port, timeout=2)
            connection.request("GET", f"/api/http/services/{service}@file", headers={"Connection": "close"})
            response = connection.getresponse()
            body = json.loads(response.read()) if response.status == 200 else {}
            connection.close()
        except (OSError, http.client.HTTPException, ValueError):
            return None
        servers = body.get("loadBalancer", {}).get("servers", [])
        return servers[0].get("url") if servers else None

    def wait(self, test: Callable[[], bool], seconds: float) -> bool:
        """Polls `test()` until it is true; False after `seconds`."""
        until = time.monotonic() + seconds
        while not test():
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def answers(self, host: str, probe: str | None = None) -> int | None:
        """Status of `GET /` through the edge for the Host `host`, to the candidate where `probe` is its secret."""
        headers = {"Host": host} | ({names.HEADER_PROBE: probe} if probe else {})
        address = "127.0.0.1" if self.settings.bind in ("0.0.0.0", "127.0.0.1") else self.settings.bind
        try:
            return quiet_request(address, self.settings.port, headers, timeout=10)[0]
        except (OSError, http.client.HTTPException):
            return None
