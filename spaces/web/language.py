"""Which of our two languages a visitor reads, and sentences by name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from spaces.web import formats

Language = formats.Language
Words = Mapping[str, tuple[str, str]]
"""Sentences in English and Simplified Chinese, by name."""

OWN_NAMES: Mapping[Language, str] = {"en": "English", "zh": "中文"}
"""What each language calls itself, whoever reads it."""

_GAP = re.compile(r"\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}")


def phrase(words: Words, key: str, language: Language, /, **values: object) -> str:
    """The sentence with its gaps filled. Text of others is put in as it is and escaped by the template; whole numbers are
    written as the language does. `{count|like|likes}` is the first where `count` is one, else the second."""

    def fill(gap: re.Match[str]) -> str:
        name, one, more = gap.groups()
        if name not in values:
            return gap[0]
        value = values[name]
        if one is not None:
            return one if formats.is_one(value, language) else more
        whole = isinstance(value, int) and not isinstance(value, bool)
        return formats.number(value, language) if whole else str(value)

    return _GAP.sub(fill, words[key][language == "zh"])


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
