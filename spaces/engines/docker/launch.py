"""Launch: whatever there is under the spec's name, make it exactly the spec, running.

The short ways come first: a stopped container costs an inspect, a start and an inspect, and the network is looked at
only when the engine says that it is gone.
"""

from __future__ import annotations

import time

import structlog

from spaces.engines.base import ContainerState, InstanceSpec, Observation
from spaces.engines.docker.client import APIError, Link, NotFound, reason, translated, unavailable
from spaces.engines.docker.hardening import container_body
from spaces.engines.docker.lost import end_lost, is_lost
from spaces.engines.docker.near import shelf_seen
from spaces.engines.docker.network import ensure_network
from spaces.engines.docker.observe import inspect, is_ours, look, observation
from spaces.engines.docker.remove import remove_container
from spaces.engines.docker.volume import hand_over
from spaces.errors import StartFailed

log = structlog.get_logger()

ATTEMPTS = 8
"""Rounds of look and act; each is answered by a change that another made in between."""


def launch(link: Link, spec: InstanceSpec) -> Observation:
    for attempt in range(ATTEMPTS):
        record = inspect(link, spec.name)
        if record is None:
            create(link, spec)
            record = inspect(link, spec.name)
            if record is None:
                _pause(attempt)
                continue
        seen = observation(record, link.installation)
        if seen.spec != spec.digest() or record["State"]["Status"] in ("dead", "removing"):
            remove_container(link, spec.name)
            continue
        if seen.state == ContainerState.RUNNING and seen.address:
            return seen
        if seen.state == ContainerState.RUNNING:
            reconnect(link, spec)
        elif seen.state == ContainerState.FROZEN:
            unpause(link, spec.name)
        elif not start(link, spec, seen.container_id):
            _pause(attempt)
            continue
        seen_after = look(link, spec.name)
        if seen_after is not None and (seen_after.address or seen_after.state == ContainerState.EXITED):
            return seen_after
        _pause(attempt)
    raise unavailable(f"start {spec.name}", "it changed under our hands again and again")


def create(link: Link, spec: InstanceSpec) -> None:
    """Makes network and container; one that another made meanwhile is as good."""
    ensure_network(link, spec.network, spec.subnet, spec.space_id)
    with translated("create a container"):
        try:
            shelf = shelf_seen(link) if spec.mounts else ""
            link.slow.create_container_from_config(container_body(spec, link.settings, shelf), spec.name)
        except APIError as error:
            if error.status_code == 400 and "bind source path" in reason(error):
                raise StartFailed(
                    "The container engine does not see the files that the Space has mounted.",
                    code="volume",
                    hint="Ask the admin: volumes and preload need the engine and the data directory on one machine.",
                ) from error
            if error.status_code != 409:
                raise
            if _foreign(link, spec.name):
                raise StartFailed(
                    f"A container named {spec.name} exists that is not ours.",
                    code="name_taken",
                    hint=f"Remove it: docker rm -f {spec.name}",
                    platform=True,
                ) from error
            return
    if spec.volume:
        hand_over(link, spec.name)


def start(link: Link, spec: InstanceSpec, container_id: str) -> bool:
    """False where the container has to be looked at anew."""
    with translated("start a container"):
        try:
            link.slow.start(spec.name)
            return True
        except APIError as error:
            why = reason(error)
            if error.status_code in (403, 404) and "network" in why.lower():
                # A stopped container remembers its network by id: with a new one of that name it has to be new too.
                ensure_network(link, spec.network, spec.subnet, spec.space_id)
                remove_container(link, spec.name)
                return False
            if error.status_code == 404 or (error.status_code == 409 and "remov" in why):
                return False
            if is_lost(why):
                ended = end_lost(container_id)
                log.warning("the engine lost a container while it died: made anew", name=spec.name, ended=ended)
                remove_container(link, spec.name)
                return False
            if _our_fault(why):
                raise
            if spec.gpus and (refused := _gpu_refused(why)):
                raise refused from error
            raise StartFailed(
                f"The container could not start: {_short(why)}",
                code="start_refused",
                hint="Check the command, the app's file and, for a Docker Space, CMD and ENTRYPOINT.",
            ) from error


def unpause(link: Link, name: str) -> bool:
    """False where it was not frozen any more."""
    with translated("thaw a container"):
        try:
            link.quick.unpause(name)
            return True
        except APIError as error:
            if error.status_code not in (404, 409) and "not paused" not in str(error):
                raise
            return False


def reconnect(link: Link, spec: InstanceSpec) -> None:
    """Somebody took the running container off its network."""
    ensure_network(link, spec.network, spec.subnet, spec.space_id)
    with translated("connect a container"):
        try:
            link.quick.connect_container_to_network(spec.name, spec.network)
        except APIError as error:
            if error.status_code not in (403, 404, 409):
                raise


def _foreign(link: Link, name: str) -> bool:
    """One look: between two, another thread's container may come into being."""
    try:
        record = link.quick.inspect_container(name)
    except NotFound:
        return False
    return not is_ours(record, link.installation) and record["State"]["Status"] not in ("dead", "removing")


def _our_fault(why: str) -> bool:
    """What the engine reports of a start that says nothing about the app."""
    return any(word in why.lower() for word in ("no space left", "containerd", "device or resource busy", "deadline"))


def _gpu_refused(why: str) -> StartFailed | None:
    """The engine cannot give out GPUs at all, or its hook does not know this one: nothing that the app's people can mend."""
    if "could not select device driver" in why:
        return StartFailed(
            "The container engine gives out no GPUs.",
            code="gpu_engine",
            hint="Ask the admin: the engine needs NVIDIA's container toolkit, see `demodock doctor`.",
        )
    if "nvidia-container" in why:
        hint = "Start it again: it may get another GPU. If that does not help, ask the admin."
        return StartFailed(f"The GPU could not be given to the container: {_short(why)}", code="gpu_refused", hint=hint)
    return None


def _short(why: str) -> str:
    """runc wraps the cause in its own history; the end is what a person can use."""
    return why.rsplit("process: ", 1)[-1].rsplit("init: ", 1)[-1][:300]


def _pause(attempt: int) -> None:
    time.sleep(min(0.02 * 2**attempt, 0.5))
