"""How a stage looks: its tone and its name, on a card in the gallery as on the Space's own page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple
from urllib.parse import urlencode

from spaces.lifecycle import Phase, Stage

Tone = Literal["good", "busy", "bad", "rest", "cold"]


class Look(NamedTuple):
    tone: Tone
    """`good` serves, `busy` is on its way, `bad` needs a person, `rest` waits for a visit or its owner, `cold` is frozen."""
    key: str
    """Its name in the words."""


_TONES: dict[Stage, Tone] = {
    Stage.NO_APP_FILE: "rest",
    Stage.CONFIG_ERROR: "bad",
    Stage.BUILDING: "busy",
    Stage.BUILD_ERROR: "bad",
    Stage.APP_STARTING: "busy",
    Stage.RUNNING: "good",
    Stage.RUNNING_BUILDING: "good",
    Stage.RUNNING_APP_STARTING: "good",
    Stage.RUNTIME_ERROR: "bad",
    Stage.STOPPED: "rest",
    Stage.SLEEPING: "rest",
    Stage.PAUSED: "rest",
    Stage.DELETING: "busy",
}


def look(stage: Stage, phase: Phase) -> Look:
    """What people see of a Space in that stage; a frozen one is told apart, and so is one that waits for a GPU."""
    if stage == Stage.RUNNING and phase == Phase.FROZEN:
        return Look("cold", "stage.frozen")
    if phase == Phase.WAITING_FOR_GPU and not stage.serving:
        return Look("busy", "stage.waiting_for_gpu")
    return Look(_TONES[stage], f"stage.{stage.value}")


def query(spaces: Iterable[str]) -> str:
    """The query of the stream that tells of these Spaces, each `owner/name`."""
    return urlencode([("space", name) for name in spaces])
