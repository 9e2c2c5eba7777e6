"""The guinea pig: an app that does what a test tells it over HTTP, in a real container or as the fake engine's app."""

from __future__ import annotations

import contextlib
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import TypeVar

import docker
import docker.errors

from spaces import names
from spaces.engines.base import InstanceSpec, Observation
from spaces.settings import Settings

T = TypeVar("T")

APP = r"""
import http.server, os, signal, sys, threading, urllib.parse
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        where = urllib.parse.urlparse(self.path)
        query = dict(urllib.parse.parse_qsl(where.query))
        body = b"ok"
        if where.path == "/say":
            print(query["text"], file=getattr(sys, query.get("stream", "stdout")), flush=True)
        if where.path == "/exit":
            os._exit(int(query["code"]))
        if where.path == "/eval":
            try:
                body = repr(eval(query["code"], {"__import__": __import__})).encode()
            except Exception as error:
                body = f"{type(error).__name__}: {error}".encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
"""


def base_image() -> str:
    """The newest base image on this engine, by id."""
    images = docker.APIClient(version="auto").images(name=names.IMAGE_BASE)
    if not images:
        raise RuntimeError("No base image on this engine: `demodock up` makes it.")
    return max(images, key=lambda image: image["Created"])["Id"]


def make_spec(settings: Settings, image: str, space_id: int = 1, revision_id: int = 1, **changes) -> InstanceSpec:  # type: ignore[no-untyped-def]
    """A small instance that runs the guinea pig."""
    installation = settings.installation
    values = {
        "name": names.instance_name(installation, space_id, revision_id),
        "space_id": space_id,
        "revision_id": revision_id,
        "image": image,
        "command": ("python3", "-u", "-c", APP),
        "cpus": 1.0,
        "memory": 256 << 20,
        "pids": 64,
        "network": names.network_name(installation, space_id),
        "subnet": f"10.213.240.{space_id * 16 % 256}/28",
    }
    return InstanceSpec(**(values | changes))


def ask(seen: Observation, path: str = "/", timeout: float = 120.0) -> str:
    """One request to the guinea pig, as soon as it listens."""
    end = time.monotonic() + timeout
    while True:
        try:
            with urllib.request.urlopen(f"http://{seen.address}:7860{path}", timeout=timeout) as answer:
                return answer.read().decode()
        except ConnectionError:
            raise
        except OSError as error:
            if time.monotonic() > end or "refused" not in str(error):
                raise
            time.sleep(0.05)


def evaluate(seen: Observation, code: str, timeout: float = 120.0) -> str:
    """What a Python expression is inside the container, as `repr`, or the error's text."""
    return ask(seen, "/eval?" + urllib.parse.urlencode({"code": code}), timeout)


def until(condition: Callable[[], T], timeout: float = 120.0) -> T:
    """Waits for something to become true, and returns it."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"it did not happen within {timeout:g} s")
        time.sleep(0.02)
    return value


def clean(settings: Settings) -> None:
    """Removes all that an installation left on the engine."""
    api = docker.APIClient(base_url=settings.docker_host or None, version="auto", timeout=120)
    mine = {"label": f"{names.LABEL_INSTALLATION}={settings.installation}"}
    for container in api.containers(all=True, filters=mine):
        with contextlib.suppress(docker.errors.APIError):
            api.remove_container(container["Id"], v=True, force=True)
    for network in api.networks(filters=mine):
        api.remove_network(network["Id"])
    for volume in api.volumes(filters=mine)["Volumes"] or []:
        api.remove_volume(volume["Name"], force=True)
    for image in api.images(filters=mine):
        with contextlib.suppress(docker.errors.APIError):
            api.remove_image(image["Id"], force=True)
