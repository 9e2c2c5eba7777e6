"""Words: the gallery."""

from __future__ import annotations

from spaces.web.language import Words

WORDS: Words = {
    "home": ("Spaces", "Space"),
    "home.empty": ("No Space yet. Push the first one:", "还没有 Space。推送第一个："),
}
