"""What the platform says in English wherever it is raised, in Simplified Chinese: one module an area, found by itself.

A key is the English sentence, word for word, with a named gap for each part that differs; the same gaps stand in the
Chinese one. `spaces/web/said.py` looks them up.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping

Sentences = Mapping[str, str]
"""Simplified Chinese by English."""


def areas() -> Iterable[tuple[str, Sentences]]:
    """The modules of this package, each with its table."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        yield module.name, importlib.import_module(f"{__name__}.{module.name}").SENTENCES


SENTENCES: Sentences = {english: chinese for _, area in areas() for english, chinese in area.items()}
