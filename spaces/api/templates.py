"""Templates, as the Hub's clients ask for them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import db, templates
from spaces.api.deps import Caller

router = APIRouter(prefix="/api/spaces", tags=["spaces"])


@router.get("/templates")
def list_templates(actor: Caller) -> dict[str, list[dict[str, Any]]]:
    """What a new Space may begin with."""
    with db.reading() as session:
        return {
            "templates": [
                {"name": space.name, "repoId": f"{owner}/{space.name}", "sdk": space.sdk, "preferredPrivate": False}
                for space, owner in templates.listed(session, actor)
            ]
        }
