"""What the layers of this installation take on the engine, as the last build counted them.

Builders may ask the engine and the api may not everywhere: the count lies in a file between them.
"""

from __future__ import annotations

import datetime as dt
import os

from pydantic import BaseModel, Field, ValidationError

from spaces.models.types import now
from spaces.settings import get_settings

FILE = "layers.json"


class Count(BaseModel, frozen=True):
    """Layers and Spaces' images, each by what it adds to the one below."""

    number: int
    taken: int
    """Bytes of all."""
    needed: int
    """Bytes of those that some revision stands on, which no budget takes away."""
    at: dt.datetime = Field(default_factory=now)


def keep(count: Count) -> None:
    """Writes it down, for `last`."""
    where = get_settings().path(FILE)
    fresh = where.with_suffix(f".{os.getpid()}")
    fresh.write_text(count.model_dump_json())
    fresh.replace(where)


def last() -> Count | None:
    """None before the first build, or where the file is damaged."""
    try:
        return Count.model_validate_json(get_settings().path(FILE).read_text())
    except (OSError, ValidationError):
        return None
