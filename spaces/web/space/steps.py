"""What to do next about a Space, by its stage and by what the visitor may do: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from spaces.access import Permission
from spaces.lifecycle import Stage

Act = Literal["restart", "wake"]
Where = Literal["logs", "upload", "card", "app"]


@dataclass(frozen=True)
class Step:
    """A button that does something (`act`), or one that leads somewhere (`where`). Words: `space.step.NAME`."""

    act: Act | None = None
    where: Where | None = None
    called: str = ""
    """Where the act does something else than it is called."""

    @property
    def name(self) -> str:
        return self.called or self.act or self.where or ""


def next_steps(stage: Stage, power: Permission, static: bool = False) -> list[Step]:
    """The first is the one to take."""
    writes, inspects = power >= Permission.WRITE, power >= Permission.INSPECT
    steps = [step for step in _STEPS.get(stage, ()) if (writes if step in _OF_WRITERS else inspects or step in _OF_ALL)]
    # a static Space has no instance, but what failed to build is built again
    return [step for step in steps if not (static and step.act and stage in _STARTS)]


# -- private

_RESTART, _WAKE = Step(act="restart"), Step(act="wake")
_BUILD = Step(act="restart", called="build")
"""Where a build failed there is nothing to start: a restart builds."""
_LOGS, _UPLOAD, _CARD = Step(where="logs"), Step(where="upload"), Step(where="card")
_OF_WRITERS = (_RESTART, _BUILD, _UPLOAD, _CARD)
_OF_ALL = (_WAKE,)
_STARTS = (Stage.RUNTIME_ERROR, Stage.STOPPED, Stage.SLEEPING, Stage.PAUSED)
_STEPS: dict[Stage, tuple[Step, ...]] = {
    Stage.NO_APP_FILE: (_UPLOAD,),
    Stage.CONFIG_ERROR: (_CARD, _BUILD),
    Stage.BUILDING: (_LOGS,),
    Stage.BUILD_ERROR: (_LOGS, _BUILD),
    Stage.APP_STARTING: (_LOGS,),
    Stage.RUNNING_BUILDING: (_LOGS,),
    Stage.RUNNING_APP_STARTING: (_LOGS,),
    Stage.RUNTIME_ERROR: (_RESTART, _LOGS),
    Stage.STOPPED: (_WAKE, _LOGS),
    Stage.SLEEPING: (_WAKE,),
    Stage.PAUSED: (_RESTART,),
}
