"""Writes what Traefik reads: its static configuration, and a directory of route files that changes while it runs.

One writer, one file per awake Space, each replaced atomically. Traefik gives up on the whole directory at the first
file it cannot read, so the writer also keeps the directory clean: what is not a file of ours that parses is moved aside.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
from pathlib import Path
from typing import Any

import structlog
import yaml

from proxy import visits
from proxy.routes import SERIAL, Document, Edge, render, serial_document, serial_in
from spaces import names
from spaces.hostnet import door
from spaces.models.types import now
from spaces.settings import Settings

log = structlog.get_logger()

RELOAD_SECONDS = 0.02
"""How long Traefik gathers changes before it takes them over."""
UPSTREAM_IDLE_SECONDS = 1.5
"""How long a pooled connection to an app or to us lies idle: shorter than any server's own patience (gunicorn 2 s,
uvicorn and node 5 s), so that no request is sent into a connection that its other end is just closing."""


def routes_directory(settings: Settings) -> Path:
    """Where the route files lie; made if missing."""
    directory = settings.path("edge", "routes")
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def edge_of(settings: Settings) -> Edge:
    """What `proxy.routes` needs of the settings."""
    return Edge(
        domain=settings.domain.lower(),
        control=settings.origin,
        api=f"http://127.0.0.1:{settings.api_port}",
        gateway=f"http://127.0.0.1:{settings.gateway_port}",
        probe_secret=settings.secret("probe-secret"),
        gate=f"http://127.0.0.1:{settings.gateway_port}{gate_path(settings)}",
    )


def gate_path(settings: Settings) -> str:
    """Where the edge asks the gateway about visitors of guarded Spaces. Nobody else knows the address."""
    return f"{names.GATEWAY_PREFIX}gate/{settings.secret('gate-secret')}/"


def static_config(settings: Settings) -> dict[str, Any]:
    """Traefik's static configuration: public entry points, an inner one for ping and API, the route files. Without
    metrics: counting every request would cost the hot path a tenth of what it can carry."""
    told: dict[str, Any] = {"accessLog": _access_log(settings)} if settings.analytics_days else {}
    public = {f"web{'' if n == 0 else n}": _entry(address, settings) for n, address in enumerate(_addresses(settings))}
    return {
        "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
        # `traefik` is the name that API and ping attach to by themselves, and routers never do
        "entryPoints": public
        | {"traefik": {"address": f"127.0.0.1:{settings.edge_port}", "http": {"aliasHeadersStrategy": "delete"}}},
        "api": {"insecure": True, "dashboard": False, "disableDashboardAd": True},
        "ping": {},
        "serversTransport": {
            "maxIdleConnsPerHost": 512,
            "forwardingTimeouts": {"dialTimeout": "5s", "idleConnTimeout": f"{int(UPSTREAM_IDLE_SECONDS * 1000)}ms"},
        },
        "providers": {
            "providersThrottleDuration": f"{int(RELOAD_SECONDS * 1000)}ms",
            "file": {"directory": str(routes_directory(settings)), "watch": True},
        },
        "log": {"level": "WARN", "format": "json", "noColor": True},
    } | told


def write_static(settings: Settings) -> Path:
    """Writes the static configuration and returns its path, for `traefik --configFile=PATH`."""
    where = settings.path("edge", "traefik.yaml")
    _replace(where, json.dumps(static_config(settings), indent=1) + "\n", where.parent)
    return where


def write_route(directory: Path, name: str, document: Document) -> None:
    """Puts `document` in place atomically. Raises ValueError, and leaves the old file, where it would not parse back."""
    if not _NAME.match(f"{name}.yaml"):
        raise ValueError(f"{name!r} is no name of a route.")
    text = render(document)
    if "{{" in text or yaml.safe_load(text) != document:
        raise ValueError(f"Route {name} does not read back as it was written.")
    _replace(directory / f"{name}.yaml", text, _beside(directory, "staging"))


def remove_route(directory: Path, name: str) -> None:
    """Nothing where it is absent."""
    (directory / f"{name}.yaml").unlink(missing_ok=True)
    _sync(directory)


def existing_routes(directory: Path) -> dict[str, Document]:
    """Documents in place, by name, without the serial; what does not parse is not there."""
    found = {}
    for path in sorted(directory.iterdir()):
        document = _ours(path)
        if document is not None and path.stem != SERIAL:
            found[path.stem] = document
    return found


def clean(directory: Path) -> list[str]:
    """Moves aside whatever is not a file of ours that parses; returns the names. Without this one bad file would keep
    Traefik from every later change."""
    moved = []
    for path in sorted(directory.iterdir()):
        if _ours(path) is None:
            with contextlib.suppress(FileNotFoundError):
                path.replace(_beside(directory, "rejected") / f"{path.stat(follow_symlinks=False).st_ino}-{path.name}")
                moved.append(path.name)
    if moved:
        log.warning("moved aside what is no route of ours", directory=str(directory), files=moved)
        _sync(directory)
    return moved


def sync_routes(directory: Path, desired: dict[str, Document]) -> list[str]:
    """Makes the directory hold exactly `desired`, and raises its serial where that took a change; returns the names written
    or removed."""
    clean(directory)
    existing = existing_routes(directory)
    written = [name for name, document in desired.items() if existing.get(name) != document]
    for name in written:
        write_route(directory, name, desired[name])
    stale = sorted(existing.keys() - desired.keys())
    for name in stale:
        remove_route(directory, name)
    before = serial(directory)
    if written or stale or not before:
        write_route(directory, SERIAL, serial_document(max(before + 1, int(now().timestamp() * 1e6))))
    return written + stale


def serial(directory: Path) -> int:
    """The number of the directory's present state; `edge.serial_in_force` tells which one Traefik has. 0: never synced."""
    document = _ours(directory / f"{SERIAL}.yaml")
    try:
        return serial_in(document["http"]["middlewares"][SERIAL]) if document else 0
    except (KeyError, ValueError):
        return 0


_NAME = re.compile(r"(?:00-platform|00-serial|space-[0-9]{1,18})\.yaml\Z")


def _addresses(settings: Settings) -> list[str]:
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    addresses = [f"{host}:{settings.port}"]
    if settings.bind == "127.0.0.1" and _has_loopback6():
        addresses.append(f"[::1]:{settings.port}")
    if (inside := door.address(settings)) and settings.bind not in ("", "0.0.0.0", "::", inside):
        addresses.append(f"{inside}:{settings.port}")
    return addresses


def _has_loopback6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as test:
            test.bind(("::1", 0))
    except OSError:
        return False
    return True


def _entry(address: str, settings: Settings) -> dict[str, Any]:
    return {
        "address": address,
        "asDefault": True,
        "forwardedHeaders": {"insecure": False, "trustedIPs": settings.proxies},
        "http": {
            # routing looks at hosts only, so an app gets its path as it was sent (`/proxy=https://...` stays whole)
            "sanitizePath": False,
            "encodeQuerySemicolons": True,
            "aliasHeadersStrategy": "delete",
        },
        "transport": {
            "respondingTimeouts": {"readTimeout": 0, "writeTimeout": 0, "idleTimeout": "180s"},
            "lifeCycle": {"graceTimeOut": "2s"},
        },
        "observability": {"accessLogs": False, "tracing": False},
    }


def _access_log(settings: Settings) -> dict[str, Any]:
    """Of what the routes say is to be told, this much and no more: no path, no query, no cookie."""
    kept = ("RequestHost", "ClientHost", "DownstreamStatus")
    return {
        "filePath": str(visits.file_of(settings)),
        "format": "json",
        "fields": {
            "defaultMode": "drop",
            "names": dict.fromkeys(kept, "keep"),
            "headers": {"defaultMode": "drop", "names": {"User-Agent": "keep"}},
        },
    }


def _ours(path: Path) -> Document | None:
    if not _NAME.match(path.name) or path.is_symlink() or not path.is_file():
        return None
    try:
        document = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and isinstance(document.get("http"), dict) else None


def _beside(directory: Path, purpose: str) -> Path:
    beside = directory.with_name(f"{directory.name}.{purpose}")
    beside.mkdir(exist_ok=True, mode=0o700)
    return beside


def _replace(where: Path, text: str, staging: Path) -> None:
    temporary = staging / f"{where.name}.new"
    with temporary.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(where)
    _sync(where.parent)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
