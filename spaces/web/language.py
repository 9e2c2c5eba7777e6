"""Which of our two languages a visitor reads, and sentences by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
Words = Mapping[str, tuple[str, str]]
"""Sentences in English and Simplified Chinese, by name."""


def phrase(words: Words, key: str, language: Language, **values: object) -> str:
    """The sentence; text of others is put in as it is and escaped by the template."""
    text = words[key][language == "zh"]
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def tag(language: Language) -> str:
    """The language as HTML and HTTP write it."""
    return "zh-Hans" if language == "zh" else "en"


def choose_language(asked: str, accept: str) -> Language:
    """`asked` where it is one of ours, else the better of the two in an Accept-Language header."""
    if asked in ("en", "zh"):
        return "zh" if asked == "zh" else "en"
    best: dict[str, float] = {}
    for part in accept.split(","):
        name, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        language = name.strip().lower().split("-")[0]
        best[language] = max(best.get(language, 0.0), weight)
    return "zh" if best.get("zh", 0.0) > best.get("en", 0.0) else "en"
