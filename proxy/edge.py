"""What the edge has in force: asked of the edge itself, by a request of a visitor's kind or through its own API."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from proxy import quiet
from proxy.routes import SERIAL, serial_in
from spaces import names
from spaces.settings import Settings


@dataclass(frozen=True)
class EdgeAnswer:
    """What a probe through the edge got."""

    status: int
    version: str | None
    """`proxy.routes.version` of the route that the edge has in force; None: the edge has no route for the host."""


def probe_edge(settings: Settings, subdomain: str, path: str = "/", timeout: float = 5.0) -> EdgeAnswer | None:
    """A request to a Space through the edge on the probe's router: to the candidate while there is one. None where
    nothing answered in time. Leaves from a quiet port, so it reaches no statistics that keep Spaces awake."""
    headers = {"Host": settings.space_host(subdomain), names.HEADER_PROBE: settings.secret("probe-secret")}
    try:
        status, answered = quiet.get(settings.near, settings.port, headers, path or "/", timeout)
    except (OSError, http.client.HTTPException):
        return None
    return EdgeAnswer(status, answered.get(names.HEADER_ROUTE))


def serial_in_force(settings: Settings, timeout: float = 2.0) -> int:
    """`proxy.traefik.serial` of the state of the route files that Traefik has taken over; 0: none yet. Read from Traefik's
    API, so that no app hears of it and nobody seems to visit. Raises OSError where Traefik does not answer."""
    url = f"http://127.0.0.1:{settings.edge_port}/api/http/middlewares/{SERIAL}@file"
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return serial_in(json.load(answer))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return 0
        raise
