"""What the Hub's clients ask for and this platform has none of: each answer says so, and none of them pretends."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from spaces import db
from spaces.access import Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.errors import BadRequest, Unauthorized
from spaces.hub.facts import runtime_of

router = APIRouter(tags=["not offered"])


class DevMode(BaseModel):
    enabled: bool


@router.post("/api/spaces/{owner}/{name}/dev-mode")
def set_dev_mode(owner: Segment, name: Segment, actor: Caller, body: DevMode) -> dict[str, Any]:
    """It is off, and stays off."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        if body.enabled:
            raise BadRequest(
                "Dev mode is not offered here: nobody gets a shell in a running Space.",
                hint="Push again: a change of code alone is built and started in seconds.",
                code="no_dev_mode",
            )
        return runtime_of(session, space, actor)


@router.get("/api/spaces/zero-gpu/quota")
def show_quota(actor: Caller) -> dict[str, int]:
    """GPU seconds of ZeroGPU, which is not offered: none."""
    if actor.anonymous:
        raise Unauthorized("This needs a token.")
    return {"base": 0, "current": 0}


@router.get("/api/agent-harnesses")
def list_harnesses() -> dict[str, Any]:
    """What clients look for in their environment to tell who runs them: we do not want to know."""
    return {"standardEnvVars": [], "harnesses": {}}


@router.head("/api/telemetry/{topic:path}", include_in_schema=False)
def take_no_telemetry(topic: str) -> Response:
    """Clients report their use here; nothing is kept."""
    return Response(status_code=204)
