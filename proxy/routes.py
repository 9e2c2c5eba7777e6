"""What the edge should route, as pure functions: facts in, Traefik documents out.

One document per awake Space and one for the platform itself. Two routers a Space: the public one, which has no
middleware unless the card asks for one, and one that only the platform's own probes reach (`HEADER_PROBE`). The
latter leads to the candidate while there is one, else to the serving instance, and its answers carry the version of
the document, so that whoever wrote it can see that the edge has it in force.

Nothing is removed from a visitor's request on the way: the control host's cookies are host-only and never arrive
here, and `Authorization` belongs to the app. The probe's secret exists on the probe's router only, and is taken out
there.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from spaces import names

Document = dict[str, Any]

PLATFORM = "00-platform"
"""Name of the document that stands even when no Space is awake."""

SERIAL = "00-serial"
"""Name of the document, and of the one thing in it, that says which state of the directory the edge has taken over. Its
name sorts before every Space's: Traefik reads in that order, so whoever sees a serial has everything written before it."""

CONTROL_PRIORITY = 4000
PROBE_PRIORITY = 3000
BOT_PRIORITY = 2000
SPACE_PRIORITY = 1000
REST_PRIORITY = 1


@dataclass(frozen=True)
class Edge:
    """What every document needs to know of the platform."""

    domain: str
    control_url: str
    """As visitors see it: the one place that may frame a Space with `disable_embedding`."""
    api: str
    """Where the api process answers, such as `http://127.0.0.1:4001`."""
    gateway: str
    probe_secret: str


@dataclass(frozen=True)
class Target:
    """An instance's address."""

    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@dataclass(frozen=True)
class Route:
    """An awake Space: where its visitors go, and where the platform's probes go."""

    space_id: int
    subdomain: str
    target: Target | None
    """None: visitors still go to the gateway, while the first instance is being probed."""
    candidate: Target | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """The card's `custom_headers`."""
    embedding: bool = True


def route_name(space_id: int) -> str:
    return f"space-{space_id}"


def service_name(space_id: int) -> str:
    """As Traefik's API spells it is `{service_name}@file`."""
    return f"s{space_id}"


def space_route(route: Route, edge: Edge) -> Document:
    """The document of one awake Space."""
    name = service_name(route.space_id)
    probe = f"{name}-probe"
    host = f"Host({_literal(f'{route.subdomain}.{edge.domain}')})"
    probed = route.candidate or route.target
    if probed is None:
        raise ValueError(f"Space {route.space_id} has no instance to route to.")
    routers: Document = {
        probe: {
            "rule": f"{host} && Header({_literal(names.HEADER_PROBE)}, {_literal(edge.probe_secret)})",
            "priority": PROBE_PRIORITY,
            "service": probe,
            "middlewares": [probe],
        }
    }
    services: Document = {probe: _service(probed.url)}
    middlewares: Document = {
        probe: {
            "headers": {
                "customRequestHeaders": {names.HEADER_PROBE: ""},
                "customResponseHeaders": {names.HEADER_ROUTE: version(route)},
            }
        }
    }
    if route.target:
        routers[name] = {"rule": host, "priority": SPACE_PRIORITY, "service": name}
        services[name] = _service(route.target.url)
        if headers := response_headers(route.headers, route.embedding, edge.control_url):
            routers[name]["middlewares"] = [name]
            middlewares[name] = {"headers": {"customResponseHeaders": headers}}
    return {"http": {"routers": routers, "services": services, "middlewares": middlewares}}


def platform_route(edge: Edge) -> Document:
    """Control host to the api, bots and everything without a route of its own to the gateway."""
    bots = " || ".join(f"HeaderRegexp(`User-Agent`, {_literal(pattern)})" for pattern in names.BOT_PATTERNS)
    return {
        "http": {
            "routers": {
                "control": {
                    "rule": f"Host({_literal(edge.domain)}) || Host({_literal(f'{names.HUB_SUBDOMAIN}.{edge.domain}')})",
                    "priority": CONTROL_PRIORITY,
                    "service": "control",
                },
                "bots": {"rule": bots, "priority": BOT_PRIORITY, "service": "gateway"},
                "rest": {"rule": "PathPrefix(`/`)", "priority": REST_PRIORITY, "service": "gateway"},
            },
            "services": {"control": _service(edge.api), "gateway": _service(edge.gateway)},
        }
    }


def serial_document(serial: int) -> Document:
    """Routes nothing; Traefik's API shows it."""
    return {
        "http": {"middlewares": {SERIAL: {"headers": {"customResponseHeaders": {names.HEADER_ROUTE: str(serial)}}}}}
    }


def serial_in(middleware: Document) -> int:
    """The serial that `serial_document` wrote, read back from the file or from Traefik's API."""
    return int(middleware["headers"]["customResponseHeaders"][names.HEADER_ROUTE])


def desired_routes(routes: Iterable[Route], edge: Edge) -> dict[str, Document]:
    """Every document that should exist, by name: grows with what is awake, never with what is registered."""
    return {PLATFORM: platform_route(edge)} | {route_name(route.space_id): space_route(route, edge) for route in routes}


def version(route: Route) -> str:
    """Changes with anything in the route."""
    return hashlib.sha256(repr(route).encode()).hexdigest()[:16]


def response_headers(custom: Iterable[tuple[str, str]], embedding: bool, control_url: str) -> dict[str, str]:
    """What the card adds to every answer of the app; a name or value that is no plain header is left out."""
    headers = {name.lower(): value for name, value in custom if _HEADER.match(name) and _PRINTABLE.match(value)}
    if not embedding:
        headers["content-security-policy"] = f"frame-ancestors 'self' {control_url}"
    return headers


def render(document: Document) -> str:
    """The document's text: JSON, which is YAML too. Traefik runs every file through a template engine, whose braces a
    Space's own text must never spell; and YAML reads JSON's surrogate pairs differently, so only ASCII is written."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    if not text.isascii():
        raise ValueError("A route document holds more than ASCII.")
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda string: string[0].replace("{", "\\u007b"), text) + "\n"


_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_PRINTABLE = re.compile(r"[\x20-\x7e]{0,1000}\Z")


def _literal(text: str) -> str:
    if "`" in text or not _PRINTABLE.match(text):
        raise ValueError(f"{text!r} cannot stand in a rule.")
    return f"`{text}`"


def _service(url: str) -> Document:
    return {"loadBalancer": {"servers": [{"url": url}]}}
