"""The builders' way to the Docker Engine: one client per process, and the network that builds run in."""

from __future__ import annotations

import functools

import docker
from docker.errors import NotFound

from spaces import names
from spaces.engines.docker import network
from spaces.engines.docker.client import Link
from spaces.host import engine as host_engine
from spaces.settings import get_settings

SECONDS = 600.0
"""Committing a large layer takes its time; whoever must not wait that long is killed through `Control`."""


@functools.cache
def client() -> docker.APIClient:
    """The process's client. A forked job makes its own."""
    settings = get_settings()
    address = host_engine.find_engine(settings) or host_engine.DEFAULT
    made = docker.APIClient(base_url=address, version="auto", timeout=SECONDS)
    made.trust_env = False  # a proxy for the internet is no way to the engine
    return made


def labels(kind: str, **more: str) -> dict[str, str]:
    """What marks an object as this installation's."""
    return {names.LABEL_INSTALLATION: get_settings().installation, names.LABEL_KIND: kind, **more}


def build_network() -> str:
    """Name of the network that builds run in, made where it is missing. Builds do not reach each other on it."""
    settings = get_settings()
    name = names.build_network_name(settings.installation)
    whole = network.pool(settings.subnets)
    wish = list(whole.subnets(new_prefix=max(24, whole.prefixlen)))[
        -1
    ]  # far from the Spaces', which begin at the front
    network.ensure_network(Link(settings), name, str(wish), None)
    return name


def image_id(reference: str) -> str | None:
    """The id behind a tag; None where the engine has none."""
    try:
        return client().inspect_image(reference)["Id"]
    except NotFound:
        return None
