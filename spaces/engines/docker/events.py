"""Events: a bell that rings when the engine did something with a container of ours. Rings may be lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from spaces import names
from spaces.engines.docker.client import Link, translated
from spaces.errors import DemodockError

log = structlog.get_logger()

ACTIONS = ["die", "oom", "start", "pause", "unpause", "destroy", "stop"]
REST = 2.0
"""Seconds before the next try where the engine is away."""


def watch(link: Link, ring: Callable[[int | None], None]) -> Callable[[], None]:
    """Calls `ring` in a thread of its own with a Space's id for each event, and with None after each (re)connection,
    since nobody knows what was missed. Returns what ends it."""
    over = threading.Event()
    streams: list = []

    def listen() -> None:
        while not over.is_set():
            try:
                with translated("send events"):
                    label = f"{names.LABEL_INSTALLATION}={link.installation}"
                    stream = link.quick.events(
                        decode=True, filters={"type": "container", "event": ACTIONS, "label": label}
                    )
                    streams[:] = [stream]
                    ring(None)
                    for event in stream:
                        name = event.get("Actor", {}).get("Attributes", {}).get("name", "")
                        if number := names.parse_instance_name(link.installation, name):
                            ring(number[0])
            except DemodockError as error:
                log.warning("the engine sends no events", error=error.message)
            except Exception:
                log.exception("watching the engine's events")
            over.wait(REST)

    def end() -> None:
        over.set()
        for stream in streams:
            try:
                stream.close()
            except Exception:  # it may be closed, or never have opened: either way it is over
                log.debug("event stream was closed")

    threading.Thread(target=listen, name="engine-events", daemon=True).start()
    return end
