"""The layers' byte budget: beyond it the least recently used go, never one that a revision in use stands on."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import structlog
from docker.errors import APIError, NotFound
from pydantic import BaseModel
from sqlmodel import col, select

from builder import engine
from spaces import db, layers, names
from spaces.lifecycle import BuildStatus, Stage
from spaces.models import Build, Revision, Space
from spaces.models.types import now
from spaces.settings import get_settings

YOUNG = 600.0
"""Seconds for which a layer is never evicted: the build that uses it may not have published yet."""

log = structlog.get_logger()


class Image(BaseModel, frozen=True):
    """A layer or a Space's image on the engine; `own` is what it adds to the one below."""

    id: str
    parent: str
    own: int
    used_at: float


def touch(image: str) -> None:
    """Stamps a layer as used now; the stamp is a file's time, so that no row is written per build step."""
    _stamp(image).touch()


def choose(images: list[Image], needed: set[str], budget: int, moment: float) -> list[str]:
    """Pure: ids to remove, in order. A layer below another stays as long as that one does."""
    total = sum(image.own for image in images)
    parents = [image.parent for image in images]
    gone: list[str] = []
    candidates = sorted((i for i in images if i.id not in needed), key=lambda i: i.used_at)
    progressed = True
    while total > budget and progressed:
        progressed = False
        for image in candidates:
            if image.id in gone or image.id in parents or moment - image.used_at < YOUNG:
                continue
            gone.append(image.id)
            parents.remove(image.parent) if image.parent in parents else None
            total -= image.own
            progressed = True
            break
    return gone


def evict() -> list[str]:
    """Brings the layers back under the budget, and drops images that no revision names any more."""
    forget_old_revisions()
    images, needed = _images(), needed_images()
    gone = choose(images, needed, get_settings().cache_budget << 20, now().timestamp())
    removed = []
    for image in gone:
        with contextlib.suppress(APIError):  # in use by a container: not now
            engine.client().remove_image(image, force=False, noprune=True)
            _stamp(image).unlink(missing_ok=True)
            removed.append(image)
    left = [image for image in images if image.id not in removed]
    taken, used = sum(image.own for image in left), sum(image.own for image in left if image.id in needed)
    layers.keep(layers.Count(number=len(left), taken=taken, needed=used))
    if removed:
        log.info("layers evicted", count=len(removed))
    return removed


def needed_images() -> set[str]:
    """Every image that a kept revision or its layers name; what sleeps or waits for a rollback counts as in use."""
    with db.reading() as session:
        rows = session.exec(select(Revision)).all()
    return {image for row in rows for image in (row.image, *json.loads(row.layers)) if image}


def forget_old_revisions() -> list[int]:
    """Drops revisions beyond the number kept for rollback: newest first, current and next always kept."""
    keep = get_settings().keep_revisions + 1
    dropped: list[int] = []
    with db.writing() as session:
        for space in session.exec(select(Space).where(Space.stage != Stage.DELETING)).all():
            held = {space.revision_id, space.next_revision_id}
            rows = session.exec(
                select(Revision).where(Revision.space_id == space.id).order_by(col(Revision.id).desc())
            ).all()
            for row in rows[keep:]:
                if row.id not in held and not _in_use(session, row.id or 0):
                    dropped.append(row.id or 0)
                    session.delete(row)
    return dropped


def _in_use(session, revision_id: int) -> bool:  # type: ignore[no-untyped-def]
    from spaces.models import Instance

    return session.exec(select(Instance.id).where(Instance.revision_id == revision_id)).first() is not None


def _images() -> list[Image]:
    """Layers and Spaces' images of this installation, tagged or not. A build that runs now may need any of its own."""
    api = engine.client()
    label = f"{names.LABEL_INSTALLATION}={get_settings().installation}"
    found = []
    with db.reading() as session:
        active = select(Build.id).where(Build.status == BuildStatus.RUNNING)
        running = {f"-b{build}-" for build in session.exec(active)}
    for row in api.images(filters={"label": label}, all=True):
        kind = (row.get("Labels") or {}).get(names.LABEL_KIND)
        if kind not in ("layer", "space"):
            continue
        if any(mark in tag for tag in row.get("RepoTags") or [] for mark in running):
            continue
        with contextlib.suppress(NotFound):
            about = api.inspect_image(row["Id"])
            stamp = _stamp(row["Id"])
            used = stamp.stat().st_mtime if stamp.exists() else row["Created"]
            found.append(Image(id=row["Id"], parent=about["Parent"], own=_own(api, about), used_at=used))
    return found


def _own(api, about: dict) -> int:  # type: ignore[no-untyped-def, type-arg]
    size = about["Size"]
    if about["Parent"]:
        with contextlib.suppress(NotFound):
            size -= api.inspect_image(about["Parent"])["Size"]
    return max(size, 0)


def _stamp(image: str) -> Path:
    where = get_settings().path("layers", image.removeprefix("sha256:"))
    os.makedirs(where.parent, exist_ok=True)  # noqa: PTH103
    return where
