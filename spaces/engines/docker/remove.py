"""Remove: containers with their anonymous volumes, and with a Space's id all that it has on this engine."""

from __future__ import annotations

import time

from spaces import names
from spaces.engines.docker.client import APIError, Link, NotFound, translated, unavailable
from spaces.engines.docker.network import remove_network
from spaces.engines.docker.observe import inspect, list_ours
from spaces.engines.docker.volume import remove_volume

WAIT = 30.0
"""Seconds in which a removal that another began must end."""


def remove(link: Link, name: str, space_id: int | None = None) -> None:
    remove_container(link, name)
    if space_id is None:
        return
    for entry in list_ours(link, space_id):
        remove_container(link, entry["Names"][0].lstrip("/"))
    remove_network(link, names.network_name(link.installation, space_id))
    remove_volume(link, names.volume_name(link.installation, space_id))


def remove_container(link: Link, name: str) -> None:
    """Returns when it is gone, also where another removes it at the same time."""
    end = time.monotonic() + WAIT
    while inspect(link, name) is not None:
        with translated("remove a container"):
            try:
                link.slow.remove_container(name, v=True, force=True)
                return
            except NotFound:
                return
            except APIError as error:
                if error.status_code != 409:  # 409: its removal is under way
                    raise
        if time.monotonic() > end:
            raise unavailable(f"remove {name}", "its removal does not end")
        time.sleep(0.05)
