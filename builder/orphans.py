"""Containers of builds that nobody runs any more: a builder that was killed could not remove its own."""

from __future__ import annotations

import structlog

from builder import containers, engine
from spaces import db, names
from spaces.lifecycle import BuildStatus
from spaces.models import Build
from spaces.settings import get_settings

log = structlog.get_logger()


def remove_orphans(build_id: int | None = None) -> None:
    """Removes build containers whose attempt does not count now; with `build_id` all of that build's. Never raises."""
    label = [
        f"{names.LABEL_INSTALLATION}={get_settings().installation}",
        f"{names.LABEL_KIND}={containers.KIND}",
        *([f"{names.LABEL_BUILD}={build_id}"] if build_id is not None else []),
    ]
    try:
        for container in engine.client().containers(all=True, filters={"label": label}):
            told = container["Labels"]
            if build_id is not None or not _counts(told.get(names.LABEL_BUILD), told.get(names.LABEL_ATTEMPT)):
                containers.remove(container["Id"])
    except Exception as error:  # the engine is away: the next builder tries again
        log.warning("orphans not removed", error=str(error))


def _counts(build_id: str | None, attempt: str | None) -> bool:
    with db.reading() as session:
        build = session.get(Build, int(build_id or 0))
    return build is not None and build.status == BuildStatus.RUNNING and str(build.attempt) == attempt
