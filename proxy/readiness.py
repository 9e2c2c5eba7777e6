"""Waiting for an app's first answer, at little cost to the app: it shares the machine with whoever asks.

A refused connection is told by the container's own network, so the container lives; the engine is asked only where
nobody refuses and nobody answers.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable
from typing import NamedTuple

from proxy import quiet
from spaces.engines.base import ContainerState, Engine, InstanceSpec, Observation
from spaces.errors import StartFailed

HEALTHY_BELOW = 500
LOOK_SECONDS = 0.5
QUICK_SECONDS = 15
"""For so long an app is asked often: our own share of a wake is half of the pause between two questions."""
EARLY = 0.85
"""Before this share of what its last start took, an app is asked seldom: each question takes from the processor that
the app starts on."""

First = Callable[[str, int], bool]
"""Has a waiting visitor ask the app at this address in our place; True where it answered that below 500."""


class Patience(NamedTuple):
    """How long to wait for an app."""

    timeout: float
    expected: float = 0.0
    """Seconds its last start took; 0: nobody knows."""

    def pause(self, passed: float) -> float:
        """Pure: seconds until the next question, after so many."""
        if passed < min(self.expected * EARLY, QUICK_SECONDS):
            return 0.05
        return 0.005 if passed < QUICK_SECONDS else 0.1


def await_answer(
    engine: Engine, spec: InstanceSpec, address: str, patience: Patience, first: First | None = None
) -> None:
    """Returns once the app answered below 500. Raises StartFailed where it dies, or does not within `patience.timeout`."""
    begun = looked = time.monotonic()
    status = None
    host = dict(spec.env).get("SPACE_HOST", "localhost")
    while True:
        refused = False
        try:
            if first is not None:
                quiet.connect(address, spec.port, quiet.CONNECT_SECONDS).close()
                asked, first = first, None
                if asked(address, spec.port):
                    return
            status, _ = quiet.get(address, spec.port, {"Host": host}, timeout=10)
            if status < HEALTHY_BELOW:
                return
        except ConnectionRefusedError:
            refused = True
        except (OSError, http.client.HTTPException):
            pass
        moment = time.monotonic()
        if not refused and moment - looked > LOOK_SECONDS:
            looked = moment
            _check_alive(engine, spec)
        if moment - begun > patience.timeout:
            raise _silent(engine, spec, patience.timeout, status)
        time.sleep(patience.pause(moment - begun))


def died(observation: Observation, memory: int) -> StartFailed:
    """Why a container ended, from what the engine says of it."""
    if observation.oom_killed:
        limit = f"{memory >> 20} MiB"
        return StartFailed(
            f"The app needed more than its {limit} of memory.",
            code="out_of_memory",
            hint="Choose larger hardware, or load less at a time.",
        )
    code = observation.exit_code
    meaning = {0: "ended by itself", 137: "was killed", 139: "crashed (segmentation fault)", 143: "was told to stop"}
    what = meaning.get(code, f"ended with exit code {code}") if code is not None else "ended"
    return StartFailed(
        f"The app {what}.",
        code="exited",
        hint="The run log shows its last lines; push a fix or restart.",
        exit_code=code,
    )


# -- private


def _check_alive(engine: Engine, spec: InstanceSpec) -> None:
    for observation in engine.observe(spec.name):
        if observation.state in (ContainerState.RUNNING, ContainerState.FROZEN):
            return
        raise died(observation, spec.memory)
    raise StartFailed("The container was removed while it started.", code="removed", hint="Restart the Space.")


def _silent(engine: Engine, spec: InstanceSpec, timeout: float, status: int | None) -> StartFailed:
    if status is not None:
        return StartFailed(
            f"The app answers GET / with {status} for {timeout:.0f} s.",
            code="unhealthy",
            hint="Any answer below 500 counts as ready; the run log shows what failed.",
        )
    stats = engine.stats(spec.name)
    others = [str(port) for port in (stats.ports if stats else ()) if port != spec.port]
    seen = f", but something does on {', '.join(others)}" if others else ""
    return StartFailed(
        f"Nothing listens on port {spec.port} after {timeout:.0f} s{seen}.",
        code="wrong_port" if others else "timeout",
        hint=f"Listen on 0.0.0.0:{spec.port}, or raise startup_duration_timeout in README.md if the app only needs longer.",
    )
