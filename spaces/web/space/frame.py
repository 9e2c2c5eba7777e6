"""The frame of a repository's pages: what stands above every tab. `draw` draws any tab; `seen` comes from `place.look`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session
from starlette.responses import Response

from spaces import db, likes
from spaces.hub import wire
from spaces.models import Space, Visibility
from spaces.settings import get_settings
from spaces.web import cards
from spaces.web.embed.head import head_of
from spaces.web.render import page
from spaces.web.space import plain, tabs
from spaces.web.space.place import Seen
from spaces.web.space.standing import Standing, standing_of
from spaces.web.visitors import Visitor


def draw(
    template: str,
    visitor: Visitor,
    seen: Seen,
    tab: str,
    status: int = 200,
    *,
    frames: Sequence[str] = (),
    standing: Standing | None = None,
    mini: bool = False,
    **values: object,
) -> Response:
    """The page `template` (it extends `space/frame.html`) with `tab` marked as the one that is shown. `mini`: all but one
    line of the window is the tab's."""
    with db.reading() as session:
        if seen.is_space and standing is None:
            standing = standing_of(session, seen)
        liking = _liking(session, visitor, seen)
    head = _head(seen) | {
        "liking": liking,
        "tabs": list(tabs.shown(seen)),
        "tab": tab,
        "standing": standing,
        "mini": mini,
        "on_app": tab == "app",
    }
    return page(template, visitor, status, frames=frames, seen=seen, **head, plain=plain, **values)


# -- private


def _head(seen: Seen) -> dict[str, Any]:
    card = seen.card
    head: dict[str, Any] = {
        "title": plain.line(card.get("title") or seen.name, 120),
        "emoji": "",
        "colors": ("", ""),
        "hardware": "",
        "app_url": "",
        "elsewhere": None,
    }
    if not isinstance(seen.facts, wire.Facts):
        return head
    space, flavor = seen.facts.space, seen.facts.flavor
    return head | {
        "title": cards.title(card, space, 120),
        "emoji": cards.emoji(card, space),
        "colors": cards.colors(card, seen.full_name),
        "hardware": "" if space.sdk == "static" else (flavor.label if flavor else space.hardware),
        "app_url": _app_url(space),
        "elsewhere": None if space.visibility == Visibility.PRIVATE else head_of(seen.full_name, space, card),
    }


def _liking(session: Session, visitor: Visitor, seen: Seen) -> dict[str, Any] | None:
    """What a Space's heart shows."""
    if not seen.is_space:
        return None
    liked = seen.number in likes.liked(session, visitor.actor.owner_id, [seen.number])
    return {"name": seen.full_name, "likes": seen.space.likes, "liked": liked}


def _app_url(space: Space) -> str:
    return get_settings().space_url(space.subdomain) + "/"
