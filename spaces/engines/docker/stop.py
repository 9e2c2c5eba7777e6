"""Stop: SIGTERM, then SIGKILL; container and network stay, so that the next launch is only a start."""

from __future__ import annotations

import math

from spaces.engines.base import ContainerState
from spaces.engines.docker.client import APIError, Link, NotFound, translated
from spaces.engines.docker.launch import unpause
from spaces.engines.docker.observe import look


def stop(link: Link, name: str, grace: float = 10.0) -> None:
    seen = look(link, name)
    if seen is None or seen.state not in (ContainerState.RUNNING, ContainerState.FROZEN):
        return
    if seen.state == ContainerState.FROZEN:
        unpause(link, name)  # a frozen process takes no signal but SIGKILL
    with translated("stop a container"):
        try:
            link.slow.stop(name, timeout=math.ceil(grace))
        except NotFound:
            return
        except APIError as error:
            if error.status_code not in (304, 409):
                raise
