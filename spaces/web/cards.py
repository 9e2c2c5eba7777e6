"""Spaces as cards: what the gallery shows of each, gathered for a whole page at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from spaces import likes, repo_cards
from spaces.access import Actor
from spaces.models import Flavor, Owner, Space, Visibility
from spaces.web.space import plain
from spaces.web.stages import Look, look

COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
"""What a card may name, and the style sheet knows."""
TITLE, DESCRIPTION = 80, 160


@dataclass(frozen=True)
class Card:
    number: int
    name: str
    """`owner/name`."""
    owner: str
    title: str
    description: str
    emoji: str
    colors: tuple[str, str]
    stage: Look
    hardware: str
    likes: int
    liked: bool
    """By whoever looks."""
    pinned: bool
    private: bool


def draw(session: Session, actor: Actor, spaces: Sequence[Space]) -> list[Card]:
    """The cards of Spaces that `actor` was found to see, in their order."""
    numbers = [space.id for space in spaces]
    written = repo_cards.of(session, numbers)
    owners = {
        row.id: row.name for row in session.exec(select(Owner).where(col(Owner.id).in_({s.owner_id for s in spaces})))
    }
    flavors = {row.name: row.pretty_name for row in session.exec(select(Flavor))}
    mine = likes.liked(session, actor.owner_id, numbers)
    found = []
    for space in spaces:
        card, owner = written.get(space.id or 0, {}), owners[space.owner_id]
        found.append(
            Card(
                number=space.id or 0,
                name=f"{owner}/{space.name}",
                owner=owner,
                title=title(card, space),
                description=plain.line(_text(card, "short_description"), DESCRIPTION),
                emoji=emoji(card, space),
                colors=colors(card, f"{owner}/{space.name}"),
                stage=look(space.stage, space.phase),
                hardware=flavors.get(space.hardware, space.hardware),
                likes=space.likes,
                liked=space.id in mine,
                pinned=card.get("pinned") is True,
                private=space.visibility == Visibility.PRIVATE,
            )
        )
    return found


def title(card: dict[str, object], space: Space, length: int = TITLE) -> str:
    """What it is called, on one line."""
    return plain.line(repo_cards.title(card, space), length)


def emoji(card: dict[str, object], space: Space) -> str:
    """What the card has, and a family of four with skin tones is eleven characters long; else its name's first letter."""
    wished = plain.line(_text(card, "emoji"), 12)
    return wished if wished and not wished.isascii() else space.name[:1].upper()


def colors(card: dict[str, object], name: str) -> tuple[str, str]:
    """From where to where a card is colored; by its name where it does not say, so that it stays the same."""
    chance = hashlib.sha256(name.lower().encode()).digest()
    first = chance[0] % 7  # gray is for who asks for it
    second = (first + 1 + chance[1] % 2) % 7
    wished = _text(card, "colorFrom"), _text(card, "colorTo")
    return (wished[0] if wished[0] in COLORS else COLORS[first], wished[1] if wished[1] in COLORS else COLORS[second])


# -- private


def _text(card: dict[str, object], key: str) -> str:
    value = card.get(key)
    return value if isinstance(value, str) else ""
