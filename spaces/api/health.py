"""Is it alive, is it ready, and what is missing."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from spaces import db, doorbell, health

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """This process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(response: Response) -> dict[str, object]:
    """Every part it leans on by name. Without the database nothing works (503); without the others it is only slower."""
    parts = {
        "database": _database(),
        "redis": "ok" if doorbell.answers() else "does not answer",
        "controller": _held(health.CONTROLLER, "does not run"),
        "engine": _held(health.ENGINE, "does not answer"),
    }
    if parts["database"] != "ok":
        response.status_code = 503
        return {"status": "unavailable", "parts": parts}
    return {"status": "ready" if set(parts.values()) == {"ok"} else "degraded", "parts": parts}


def _database() -> str:
    try:
        with db.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return "does not answer"
    return "ok"


def _held(lease: str, otherwise: str) -> str:
    try:
        return "ok" if health.held(lease) else otherwise
    except SQLAlchemyError:
        return "unknown"
