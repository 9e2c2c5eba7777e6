"""What a Space's page says of itself in its head: how others show it, and with which title and picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spaces.models import Space
from spaces.settings import get_settings
from spaces.web.embed import oembed, preview
from spaces.web.embed.look import about_of, thumbnail_of


@dataclass(frozen=True)
class Head:
    """For OpenGraph, Twitter cards and oEmbed's discovery."""

    title: str
    about: str
    page: str
    picture: str
    size: tuple[int, int] | None
    """Of our own picture."""
    oembed: str


def head_of(full_name: str, space: Space, card: dict[str, Any]) -> Head:
    """Of a Space that everybody may visit."""
    page = f"{get_settings().base_url}/spaces/{full_name}"
    theirs = thumbnail_of(card)
    return Head(
        title=space.title or space.name,
        about=about_of(card),
        page=page,
        picture=theirs or f"{page}/preview.png",
        size=None if theirs else preview.SIZE,
        oembed=oembed.discovery(page),
    )
