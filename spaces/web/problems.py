"""What people read of an error that has a page of its own: a headline by its status, and a sentence in their language."""

from __future__ import annotations

from dataclasses import dataclass

from spaces.errors import DemodockError
from spaces.web.language import Language, phrase
from spaces.web.words import WORDS

_UNSAID = frozenset({"http", "malformed", "not_found", "unauthorized", "forbidden"})
"""Codes of errors whose own words are for programs."""


@dataclass(frozen=True)
class Told:
    headline: str
    text: str


def told(error: DemodockError, language: Language) -> Told:
    """Words of its code come first. What has none is told by its status; in English, where its own words are more exact, by those."""
    kind = f"problem.{error.status}"
    headline = phrase(WORDS, kind if kind in WORDS else "problem", language)
    key = f"error.{error.code}"
    if key in WORDS:
        return Told(headline, phrase(WORDS, key, language, **error.extra))
    general = f"{kind}.text"
    if general in WORDS and (language != "en" or error.code in _UNSAID):
        return Told(headline, phrase(WORDS, general, language))
    return Told(headline, f"{error.message} {error.hint}".strip())
