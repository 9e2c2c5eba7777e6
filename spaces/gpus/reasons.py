"""What people are told about GPUs: why a Space waits, why it is asked to give back, why it stopped. No I/O."""

from __future__ import annotations

from spaces.gpus.decision import Place, Reclaim, Refuse, Waits, Warn
from spaces.gpus.fleet import Request, Share
from spaces.lifecycle import Reason

WAITING = "waiting_for_gpu"
ASKED_BACK = "gpu_asked_back"
IDLE = "gpu_idle"
GRACE_OVER = "gpu_grace_over"
DRAINED = "gpu_drained"
FAILED = "gpu_failed"

HAND_OVER = Reason(
    code="gpu_hand_over",
    message="No second GPU is free: the new revision takes over the GPU of the old one, which stops before it starts.",
    hint="Visits wait until it answers; if it fails, the old one comes back.",
)
AHEAD = (
    "No second GPU is free: the new revision takes over the running one's, with a short gap in which visits wait. "
    "If it fails, the running one comes back."
)
"""Told before it happens: at a push, and when the build is done."""
BY_ITSELF = "It starts by itself."


def waiting(
    request: Request, place: Place | None, refusal: Refuse | None = None, share: Share | None = None, cause: str = ""
) -> Reason:
    """Why a Space waits; `cause` is what made it wait, where that was not its own start."""
    what = f"{cause} It waits for {request.need}".strip()
    if refusal:
        return Reason(code=WAITING, message=f"{cause} {refusal.reason}".strip(), hint=refusal.hint)
    match place.reason if place else None:
        case Waits.IN_LINE:
            assert place is not None
            about = f", about {span(place.seconds)} to go" if place.seconds is not None else ""
            return _waits(f"{what}: number {place.position} of {place.waiting} in line{about}.", BY_ITSELF)
        case Waits.MAXIMUM:
            hint = "Put another of its Spaces to sleep, or ask an admin for more."
            return _waits(f"{what}: its owner holds as many GPUs as it may at once.", hint)
        case Waits.BLOCKED:
            return _waits(
                f"{what}: {(share and share.blocked) or 'its owner gets none now.'}", "Ask an admin for more."
            )
        case Waits.CLOSED:
            return _waits(f"{what}: the GPUs that fit are out of service.", "It starts by itself when they are back.")
        case _:
            return _waits(f"{what}.", BY_ITSELF)


def asked_back(warning: Warn, owner: str, moment: float) -> Reason:
    """To the people of a Space that has borrowed what another is guaranteed."""
    idle = span(warning.idle_at - moment)
    message = f"{owner} waits for GPUs within their guarantee, and this Space borrowed its own."
    hint = f"Unless somebody uses it, it sleeps in {idle}; in use it keeps them for {span(warning.busy_at - moment)}."
    return Reason(code=ASKED_BACK, message=message, hint=hint)


def taken_back(reclaim: Reclaim, owner: str) -> Reason:
    """Why it sleeps now."""
    used = "its time to finish was over" if reclaim.busy else "nobody used this Space"
    message = f"{owner} waited for GPUs within their guarantee, and {used}: it gave back what it had borrowed."
    return Reason(
        code=GRACE_OVER if reclaim.busy else IDLE, message=message, hint="The next visit asks for them again."
    )


def drained(device: str) -> Reason:
    """Why the holder of a device that is drained stops."""
    return Reason(code=DRAINED, message=f"The GPU {device} is taken out of service.", hint="It asks for another.")


def failed(device: str, why: str) -> Reason:
    """Why the holder of a device that broke stops."""
    message = f"The GPU {device} failed: {why}" if why else f"The GPU {device} failed."
    return Reason(code=FAILED, message=message, hint="The Space asks for another and starts by itself.")


def span(seconds: float) -> str:
    """A time as people say it."""
    return f"{max(1, round(seconds))} s" if seconds < 90 else f"{round(seconds / 60)} min"


# -- private --------------------------------------------------------------------------------------


def _waits(message: str, hint: str) -> Reason:
    return Reason(code=WAITING, message=message, hint=hint)
