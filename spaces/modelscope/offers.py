"""What a Studio can be made of: hardware, base images, versions of Gradio."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter
from packaging.version import InvalidVersion, Version
from sqlmodel import col, select

from spaces import db, hardware
from spaces.access import Permission, access_space
from spaces.host.bases import available_pythons
from spaces.models import Revision
from spaces.modelscope import wire
from spaces.modelscope.callers import Caller
from spaces.modelscope.envelope import OpenRoute, done

router = APIRouter(prefix="/openapi/v1/studios", tags=["studios"], route_class=OpenRoute)

RECENT = 200
"""Revisions that are looked at for versions."""
_GRADIO = re.compile(r"^gradio==(\S+)$", re.MULTILINE)


@router.get("/hardware")
def list_hardware(actor: Caller, sdk_type: str | None = None, studio: str | None = None) -> dict[str, Any]:
    """All sizes, smallest first; the same for every sdk and every Studio."""
    with db.reading() as session:
        found = access_space(session, actor, *studio.partition("/")[::2], Permission.VISIT) if studio else None
        rows = hardware.offered(session, actor, found.owner_id if found else None)
        return done({"hardware": [wire.hardware(row) for row in rows]})


@router.get("/base-images")
def list_base_images() -> dict[str, Any]:
    """One for each Python there is: of an image's name only that counts here."""
    images = [{"name": f"py{python.replace('.', '')}", "tag": f"Python {python}"} for python in available_pythons()]
    return done({"base_images": images})


@router.get("/sdk-versions")
def list_sdk_versions(sdk_type: str | None = None) -> dict[str, Any]:
    """Versions of Gradio that Spaces here run on lately, newest first: they are built fastest. Any other can be had too."""
    if sdk_type != "gradio":
        return done({"sdk_versions": []})
    with db.reading() as session:
        recent = select(Revision.dependencies).order_by(col(Revision.id).desc()).limit(RECENT)
        found = {match[1] for text in session.exec(recent) if (match := _GRADIO.search(text))}
    versions = sorted(found, key=_order, reverse=True)
    return done({"sdk_versions": [{"sdk_type": "gradio", "version": text, "tag": "used here"} for text in versions]})


# -- private --------------------------------------------------------------------------------------


def _order(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0")
