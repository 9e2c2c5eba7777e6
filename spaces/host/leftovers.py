"""What an installation that was taken down leaves on the engine: nothing but volumes and images."""

from __future__ import annotations

import contextlib

import docker
import docker.errors

from spaces import names
from spaces.host import engine
from spaces.settings import Settings


def clear(settings: Settings) -> None:
    """Removes this installation's containers and networks. Volumes hold people's data, images what was built."""
    client = docker.DockerClient(base_url=engine.find_engine(settings) or engine.DEFAULT, timeout=60)
    ours = {"label": f"{names.LABEL_INSTALLATION}={settings.installation}"}
    try:
        for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
            with contextlib.suppress(docker.errors.APIError):
                container.remove(force=True, v=True)
        for network in client.networks.list(filters=ours):
            with contextlib.suppress(docker.errors.APIError):
                network.remove()
    finally:
        client.close()
