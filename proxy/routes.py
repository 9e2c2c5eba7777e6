"""What the edge should route, as pure functions: facts in, Traefik documents out.

One document per awake Space and one for the platform itself. Two routers a Space: the visitors' one, and one that only the
platform's own probes reach (`HEADER_PROBE`). The latter leads to the candidate while there is one, else to the serving
instance, and its answers carry the version of the document, so that whoever wrote it can see that the edge has it in force.

A private Space's visitors are asked about first, each of them, at the gateway (`forwardAuth`): no answer means no way in. Then the
gateway carries them, since the edge could not end a stream whose reader has lost the right to it. Which way a request takes
depends on its host alone, never on its path.

What is the platform's never reaches an app: what Gradio's client sends for us is taken out here, the probe's secret on the
probe's router, and a request that holds anything else of ours (a token, a cookie, a sign) goes by the gateway, which takes it
out. The gateway answers for a guarded Space as the edge does, so that it matters to nobody who carries a request.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proxy.credentials import EDGE_COOKIES, EDGE_TOKENS
from spaces import embedding, names

Document = dict[str, Any]

PLATFORM = "00-platform"
"""Name of the document that stands even when no Space is awake."""

SERIAL = "00-serial"
"""Name of the document, and of the one thing in it, that says which state of the directory the edge has taken over. Its
name sorts before every Space's: Traefik reads in that order, so whoever sees a serial has everything written before it."""

CONTROL_PRIORITY = 4000
PROBE_PRIORITY = 3000
BOT_PRIORITY = 2000
SIGN_PRIORITY = 1900
GUARDED_PRIORITY = 1800
OURS_PRIORITY = 1700
SPACE_PRIORITY = 1000
REST_PRIORITY = 1
PAGE = "HeaderRegexp(`Accept`, `^text/html`)"
"""What browsers send for a page they open, and for nothing else. Such requests are led as all others, and written down."""

CLEAN = "00-clean"
"""The middleware of every Space that is open to all."""

ASKED_WITH = (
    "Accept", "Accept-Language", "Authorization", "Cookie", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-WebSocket-Key",
    "User-Agent", names.HEADER_HUB_AUTHORIZATION,
)  # fmt: skip
"""What the gateway hears of a request when it is asked about a visitor."""
TAKEN_OUT = ("x-frame-options",)
"""What no answer of an app keeps: who may frame a Space is its setting, and this header could not name the Space's own page."""
ANSWER_LIMIT = 128 * 1024
"""Bytes of the gateway's answer to a visitor who is not let in."""


@dataclass(frozen=True)
class Edge:
    """What every document needs to know of the platform."""

    domain: str
    control: str
    """The control host's origin: the one place that may frame every Space."""
    api: str
    """Where the api process answers, such as `http://127.0.0.1:4001`."""
    gateway: str
    probe_secret: str
    gate: str
    """Where the gateway is asked about a guarded Space's visitors; the Space's subdomain follows."""


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
    sites: str | None = None
    """Other sites that may frame it, as `spaces.embedding` spells them; None: all."""
    guarded: bool = False
    """Each visitor is asked about first."""


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
        priority = GUARDED_PRIORITY if route.guarded else SPACE_PRIORITY
        passes = [f"{name}-gate" if route.guarded else CLEAN]
        services[name] = _service(edge.gateway if route.guarded else route.target.url)
        if route.guarded:
            middlewares[f"{name}-gate"] = _gate(edge.gate + route.subdomain)
        elif headers := response_headers(route.headers, route.sites, edge.control):
            passes.append(name)
            middlewares[name] = {"headers": {"customResponseHeaders": headers}}
        routers[name] = {"rule": host, "priority": priority, "service": name, "middlewares": passes}
        routers[f"{name}-page"] = _noted(routers[name])
    return {"http": {"routers": routers, "services": services, "middlewares": middlewares}}


def platform_route(edge: Edge) -> Document:
    """Control host to the api; to the gateway bots, what holds anything of ours, and everything without a route of its own."""
    bots = " || ".join(f"HeaderRegexp(`User-Agent`, {_literal(pattern)})" for pattern in names.BOT_PATTERNS)
    ours = f"HeaderRegexp(`Authorization`, {_literal(EDGE_TOKENS)}) || HeaderRegexp(`Cookie`, {_literal(EDGE_COOKIES)})"
    sign = f"QueryRegexp({_literal(names.PARAMETER_SIGN)}, `.*`)"
    rest = {"rule": "PathPrefix(`/`)", "priority": REST_PRIORITY, "service": "gateway"}
    return {
        "http": {
            "routers": {
                "control": {
                    "rule": f"Host({_literal(edge.domain)}) || Host({_literal(f'{names.HUB_SUBDOMAIN}.{edge.domain}')})",
                    "priority": CONTROL_PRIORITY,
                    "service": "control",
                },
                "bots": {"rule": bots, "priority": BOT_PRIORITY, "service": "gateway"},
                "sign": {"rule": sign, "priority": SIGN_PRIORITY, "service": "gateway"},
                "ours": {"rule": ours, "priority": OURS_PRIORITY, "service": "gateway"},
                "rest": rest,
                "rest-page": _noted(rest),
            },
            "services": {"control": _service(edge.api), "gateway": _service(edge.gateway)},
            "middlewares": {
                CLEAN: {
                    "headers": {
                        "customRequestHeaders": {names.HEADER_HUB_AUTHORIZATION: ""},
                        "customResponseHeaders": dict.fromkeys(TAKEN_OUT, ""),
                    }
                }
            },
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


def response_headers(custom: Iterable[tuple[str, str]], sites: str | None, control: str) -> dict[str, str]:
    """What is put into every answer of the app, in place of its own: what its card says, less what is no plain header, and
    who may frame it."""
    headers = {name.lower(): value for name, value in custom if _HEADER.match(name) and _PRINTABLE.match(value)}
    if framing := embedding.policy(sites, control):
        headers["content-security-policy"] = framing
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


def _noted(router: Document) -> Document:
    """The same for pages that somebody opens: the edge tells of those, for `proxy.visits`."""
    rule, priority = f"{PAGE} && {router['rule']}", router["priority"] + 1
    return router | {"rule": rule, "priority": priority, "observability": {"accessLogs": True}}


def _gate(address: str) -> Document:
    """Asks for each request, an upgrade too. Whatever is no yes, silence included, is no."""
    return {
        "forwardAuth": {
            "address": address,
            "trustForwardHeader": False,
            "authRequestHeaders": list(ASKED_WITH),
            "maxResponseBodySize": ANSWER_LIMIT,
        }
    }


def _service(url: str) -> Document:
    return {"loadBalancer": {"servers": [{"url": url}]}}
