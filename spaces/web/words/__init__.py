"""Every sentence of the control host's pages, in English and Simplified Chinese: one module an area, found by itself.

A key is there once: two areas that want the same word share it in `frame`. An area's keys begin with its name.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable

from spaces.web.language import Words


def merge(areas: Iterable[tuple[str, Words]]) -> Words:
    """All areas as one table. Raises ValueError for a key that stands in two."""
    found: dict[str, tuple[str, str]] = {}
    home: dict[str, str] = {}
    for area, words in areas:
        for key, pair in words.items():
            if key in home:
                raise ValueError(f"{key!r} is in {home[key]} and in {area}")
            home[key], found[key] = area, pair
    return found


def areas() -> Iterable[tuple[str, Words]]:
    """The modules of this package, each with its table."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield module.name, importlib.import_module(f"{__name__}.{module.name}").WORDS


WORDS: Words = merge(areas())
