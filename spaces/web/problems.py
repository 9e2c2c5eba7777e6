"""What people read of an error that has a page of its own: a headline by its status, and a sentence in their language."""

from __future__ import annotations

from dataclasses import dataclass

from spaces.errors import DemodockError
from spaces.web.language import Language, phrase
from spaces.web.said import said
from spaces.web.words import WORDS

_UNSAID = frozenset({"http", "malformed", "not_found", "unauthorized", "forbidden"})
"""Codes of errors whose own words are for programs."""


@dataclass(frozen=True)
class Told:
    headline: str
    text: str


def told(error: DemodockError, language: Language) -> Told:
    """Words of its code come first, then its own, then those of its status: where its own are for programs, or nobody
    translated them."""
    kind = f"problem.{error.status}"
    headline = phrase(WORDS, kind if kind in WORDS else "problem", language)
    key = f"error.{error.code}"
    if key in WORDS:
        return Told(headline, phrase(WORDS, key, language, **error.extra))
    own, general = said(error.message, language), f"{kind}.text"
    untold = language != "en" and own == error.message
    if general in WORDS and (untold or error.code in _UNSAID):
        return Told(headline, phrase(WORDS, general, language))
    return Told(headline, f"{own} {said(error.hint, language)}".strip())
