"""Waiting until a Space stands where it should, with one line on stderr for every stage it passes."""

from __future__ import annotations

import time
from typing import Any

from spaces.cli.client import Client, Refusal
from spaces.cli.output import err, safe

POLL = 0.4
FAILED = {"RUNTIME_ERROR", "BUILD_ERROR", "CONFIG_ERROR", "NO_APP_FILE"}
_UNDER_WAY = {
    "queued",
    "fetching",
    "planning",
    "building",
    "publishing",
    "waiting_for_gpu",
    "starting",
    "probing",
    "stopping",
}


def wait_until(
    client: Client, space: str, stage: str, revision: int | None = None, quiet: bool = False
) -> dict[str, Any]:
    """The runtime once it is at `stage` (serving `revision`, where given); raises Refusal where it ends elsewhere."""
    seen, path = "", client.path(space, "/runtime")
    while True:
        runtime = client.call("GET", path)
        here = f"{runtime['stage']} {runtime['phase']}"
        if here != seen and not quiet:
            err.print(here.lower().replace("_", " "), style="dim")
            seen = here
        if runtime["stage"] == stage and revision in (None, runtime["revision"]):
            return runtime
        lost = revision is not None and revision not in (runtime["revision"], runtime["nextRevision"])
        paused = runtime["stage"] == "PAUSED" and stage != "PAUSED"
        if runtime["stage"] in FAILED or paused or (lost and runtime["phase"] not in _UNDER_WAY):
            raise failure(runtime)
        time.sleep(POLL)


def failure(runtime: dict[str, Any]) -> Refusal:
    """Why it does not run, in the words of its reason."""
    reason = runtime["reason"] or {"message": f"It is {runtime['stage']}.", "hint": ""}
    message = reason["message"] + (f"\n{reason['detail']}" if reason.get("detail") else "")
    return Refusal(safe(message), reason["hint"], body={"error": reason["message"], "runtime": runtime})
