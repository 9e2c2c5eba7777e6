"""Freeze: no CPU until thaw; then its memory goes to swap, where the host has any and lets us."""

from __future__ import annotations

import structlog

from spaces.engines.docker.client import APIError, Link, translated
from spaces.engines.docker.observe import inspect
from spaces.engines.docker.pageout import page_out

log = structlog.get_logger()


def freeze(link: Link, name: str) -> None:
    record = inspect(link, name)
    if record is None or record["State"]["Status"] != "running":
        return
    with translated("freeze a container"):
        try:
            link.quick.pause(name)
        except APIError as error:
            # It stopped, went or was frozen since we looked.
            if error.status_code not in (404, 409) and not any(
                word in str(error) for word in ("not running", "already")
            ):
                raise
            return
    if link.settings.page_out:
        result = page_out(record["State"]["Pid"], record["Id"])
        log.debug("paged out", container=name, moved=result.moved, skipped=result.skipped)
