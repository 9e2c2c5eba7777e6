"""Reasons and refusals in the reader's language.

They are written where nobody knows who will read them, and kept for months: so they are English there, as in the API,
in git's answers and in the command. A page tells them in its own language, by looking the English sentence up; what
stands in its gaps stays as it is, or is looked up itself.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from markupsafe import Markup, escape

from spaces.web.language import Language
from spaces.web.sentences import SENTENCES

DEPTH = 3
"""So many sentences may stand in one another's gaps."""


def said(text: str, language: Language) -> str:
    """`text` in that language; as it is where nobody translated it, as with what an app printed."""
    return text if language == "en" else _chinese(text, DEPTH)


def coded(text: str) -> Markup:
    """What stands between backticks as code; everything else, and that, is text."""
    return Markup(_TICKS.sub(r"<code>\1</code>", str(escape(text))))


# -- private --------------------------------------------------------------------------------------

_TICKS = re.compile(r"`([^`\n]+)`")
_GAP = re.compile(r"\{(\w+)\}")


class _Pattern(NamedTuple):
    literals: tuple[str, ...]
    """What stands before, between and after the gaps."""
    gaps: tuple[str, ...]
    chinese: str

    def match(self, text: str) -> dict[str, str] | None:
        """What stands in the gaps. Linear in the text, which may be hostile: each literal is looked for once."""
        first, *between, last = self.literals
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, end, found = len(first), len(text) - len(last), []
        for literal in between:
            nearest = text.find(literal, at, end)
            if nearest < 0:
                return None
            found.append(text[at:nearest])
            at = nearest + len(literal)
        return dict(zip(self.gaps, [*found, text[at:end]], strict=True)) if at <= end else None


def _pattern(english: str, chinese: str) -> _Pattern:
    parts = _GAP.split(english)
    return _Pattern(tuple(parts[::2]), tuple(parts[1::2]), chinese)


_exact = {english: chinese for english, chinese in SENTENCES.items() if not _GAP.search(english)}
_patterns = sorted(
    (_pattern(english, chinese) for english, chinese in SENTENCES.items() if english not in _exact),
    key=lambda pattern: -sum(map(len, pattern.literals)),  # the most exact first
)


@functools.lru_cache(1024)
def _chinese(text: str, depth: int) -> str:
    if text in _exact or depth == 0 or "\n" in text:  # what we say has one line: this is what somebody printed
        return _exact.get(text, text)
    for pattern in _patterns:
        if (found := pattern.match(text)) is not None:
            told = {gap: _chinese(value, depth - 1) for gap, value in found.items()}
            return _GAP.sub(lambda gap, told=told: told.get(gap[1], gap[0]), pattern.chinese)
    return text
