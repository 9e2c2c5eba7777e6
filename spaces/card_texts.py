"""The texts by which the gallery finds a Space, from its README; no I/O.

What its page shows to everybody is kept apart from what only its readers may know, so that nobody finds a protected Space by
what its files say.
"""

from __future__ import annotations

import re
from typing import Any

from spaces.card_tags import tags, words
from spaces.models.repository import RepoKind

LIMIT = 8000
"""Characters of a README that are searched."""
_FRONT = re.compile(r"\A\ufeff?---\s*\n.*?\n---\s*(?:\n|\Z)", re.DOTALL)


def texts(kind: RepoKind, card: dict[str, Any], readme: str) -> tuple[str, str]:
    """What everybody may find it by, and what its readers may, in small letters."""
    shown = [text for key in ("title", "short_description") for text in words(card.get(key))]
    body = _FRONT.sub("", readme[: 4 * LIMIT], count=1)
    return _plain(" ".join(shown)), _plain(" ".join([*tags(kind, card), body]))[:LIMIT]


# -- private


def _plain(text: str) -> str:
    """One line, without what a database cannot hold."""
    return re.sub(r"[\s\x00]+", " ", text).strip().lower()
