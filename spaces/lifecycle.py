"""A Space's stages, builds' and instances' states, and the only function that decides a move; no I/O.

The thirteen stages are the Hub's own strings, since its clients parse them. `Phase` says more closely what goes on,
`Reason` why; `Intent` is what people and the idle policy want, from which the reconciler derives everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel

from spaces.errors import Conflict


class Stage(StrEnum):
    """What a live probe last saw of a Space; exactly these strings on the wire."""

    NO_APP_FILE = "NO_APP_FILE"
    CONFIG_ERROR = "CONFIG_ERROR"
    BUILDING = "BUILDING"
    BUILD_ERROR = "BUILD_ERROR"
    APP_STARTING = "APP_STARTING"
    RUNNING = "RUNNING"
    RUNNING_BUILDING = "RUNNING_BUILDING"
    RUNNING_APP_STARTING = "RUNNING_APP_STARTING"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    STOPPED = "STOPPED"
    SLEEPING = "SLEEPING"
    PAUSED = "PAUSED"
    DELETING = "DELETING"

    @property
    def serving(self) -> bool:
        """A visitor reaches the app now."""
        return self in (Stage.RUNNING, Stage.RUNNING_BUILDING, Stage.RUNNING_APP_STARTING)

    @property
    def wakeable(self) -> bool:
        """A visit may start the app."""
        return self in (Stage.SLEEPING, Stage.STOPPED)


class Phase(StrEnum):
    """Beside the stage: what exactly is going on."""

    IDLE = "idle"
    QUEUED = "queued"
    FETCHING = "fetching"
    PLANNING = "planning"
    BUILDING = "building"
    PUBLISHING = "publishing"
    WAITING_FOR_GPU = "waiting_for_gpu"
    STARTING = "starting"
    PROBING = "probing"
    SERVING = "serving"
    FROZEN = "frozen"
    DRAINING = "draining"
    STOPPING = "stopping"
    FAILED = "failed"


class Intent(StrEnum):
    """What should be, set by pushes, visits, people and the idle policy."""

    AWAKE = "awake"
    ASLEEP = "asleep"
    PAUSED = "paused"
    GONE = "gone"


class BuildStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"

    @property
    def final(self) -> bool:
        return self not in (BuildStatus.QUEUED, BuildStatus.RUNNING)


class InstanceStatus(StrEnum):
    STARTING = "starting"
    READY = "ready"
    FROZEN = "frozen"
    DRAINING = "draining"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def alive(self) -> bool:
        """Holds memory on the engine."""
        return self not in (InstanceStatus.STOPPED, InstanceStatus.FAILED)


class Reason(BaseModel):
    """Why a Space is where it is, for a person: what happened, the next step, and who did it."""

    code: str
    message: str
    hint: str = ""
    actor: str = "platform"
    detail: str = ""
    """Last lines of a log, as `last_lines` has them, or the failing step."""


def last_lines(lines: Iterable[str]) -> str:
    """What a log ends with, for a reason: no line pushes the others out, however long it is."""
    return "\n".join(one if len(one) <= _LINE else one[: _LINE - 1] + "…" for one in lines)[-_DETAIL:]


_LINE, _DETAIL = 300, 4000
"""Characters of a line, and of all of them."""
_FAILED = {Stage.NO_APP_FILE, Stage.CONFIG_ERROR, Stage.BUILD_ERROR, Stage.RUNTIME_ERROR}
_SERVING = {Stage.RUNNING, Stage.RUNNING_BUILDING, Stage.RUNNING_APP_STARTING}
_AT_REST = {Stage.SLEEPING, Stage.STOPPED, Stage.PAUSED}

TRANSITIONS: dict[Stage, set[Stage]] = {
    **{stage: {Stage.BUILDING, Stage.APP_STARTING, Stage.PAUSED, Stage.RUNNING} | _FAILED for stage in _FAILED},
    Stage.BUILDING: _FAILED | _AT_REST | {Stage.APP_STARTING, Stage.RUNNING},
    Stage.APP_STARTING: _FAILED | _SERVING | _AT_REST | {Stage.BUILDING},
    **{stage: _SERVING | _AT_REST | _FAILED | {Stage.APP_STARTING, Stage.BUILDING} for stage in _SERVING},
    **{stage: _AT_REST | _FAILED | {Stage.APP_STARTING, Stage.BUILDING, Stage.RUNNING} for stage in _AT_REST},
    Stage.DELETING: set(),
}
"""Which stage may follow which. Every stage may become DELETING; DELETING ends in no row at all."""


def check_move(was: Stage, now: Stage) -> None:
    """Raises Conflict where the table does not allow the move. Staying is always allowed."""
    if was == now or now == Stage.DELETING:
        return
    if now not in TRANSITIONS[was]:
        raise Conflict(f"A Space that is {was} cannot become {now}.", code="illegal_transition")
