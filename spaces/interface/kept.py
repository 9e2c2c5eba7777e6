"""What an app told is kept with the revision that told it, so that a sleeping Space still shows how to call it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pydantic import ValidationError

from spaces import db
from spaces.interface import reader
from spaces.interface.shape import Interface
from spaces.models import Space, SpaceInterface
from spaces.models.types import now
from spaces.settings import get_settings

AGAIN = dt.timedelta(minutes=10)
"""After so long a running app is asked again by whoever looks: it may have begun to tell."""


@dataclass(frozen=True)
class Told:
    interface: Interface
    at: dt.datetime
    present: bool
    """By the revision that serves now."""


def look(space: Space, fresh: bool = False) -> Told | None:
    """What the app told last; asked now where it runs and was not asked lately, or where somebody wants it `fresh`."""
    kept = _kept(space)
    old = kept is None or not kept.present or now() - kept.at > AGAIN
    if not (space.stage.serving and (old or fresh)):
        return kept
    found = reader.ask(get_settings(), space.subdomain)
    if found is None:
        return kept
    with db.writing() as session:
        row = session.get(SpaceInterface, space.id) or SpaceInterface(space_id=space.id or 0, told="")
        row.revision_id, row.told, row.at = space.revision_id, found.model_dump_json(), now()
        session.add(row)
        return Told(found, row.at, True)


# -- private


def _kept(space: Space) -> Told | None:
    with db.reading() as session:
        row = session.get(SpaceInterface, space.id)
    try:
        return row and Told(Interface.model_validate_json(row.told), row.at, row.revision_id == space.revision_id)
    except ValidationError:  # of another version of ours
        return None
