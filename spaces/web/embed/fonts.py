"""Fonts to draw with: those of the host, else the one that comes with Pillow, which has plain letters only."""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

from PIL import ImageFont

FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path("/System/Library/Fonts"),
)
WANTED = (
    "Inter-SemiBold", "NotoSans-SemiBold", "NotoSans-Bold", "DejaVuSans-Bold", "LiberationSans-Bold",
    "NotoSansCJK-Bold", "NotoSansCJKsc-Bold", "SourceHanSansSC-Bold", "NotoSansCJK-Regular", "wqy-microhei", "wqy-zenhei",
    "PingFang", "STHeiti Medium",
)  # fmt: skip
"""File names, the best first: a text is drawn in the first that has all its letters."""
_ABSENT = "\U0010fffd"
"""A character that no font has."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def of(text: str, size: int) -> Font:
    """The font for a text."""
    for path in _found():
        font = _font(path, size)
        if _covers(font, text):
            return font
    return _font(None, size)


def drawable(text: str) -> str:
    """What of the text can be drawn: all but its emoji; empty where some other letter is in no font."""
    plain = "".join(
        letter for letter in text if unicodedata.category(letter) not in ("So", "Sk", "Cf", "Cn", "Co", "Cs", "Mn")
    )
    plain = " ".join(plain.split())
    return plain if plain and _covers(of(plain, 40), plain) else ""


# -- private --------------------------------------------------------------------------------------


@functools.cache
def _found() -> tuple[Path, ...]:
    there = {path.stem: path for folder in FOLDERS for path in folder.rglob("*.[to]t[fc]")}
    return tuple(there[name] for name in WANTED if name in there)


@functools.lru_cache(64)
def _font(path: Path | None, size: int) -> Font:
    return ImageFont.truetype(str(path), size) if path else ImageFont.load_default(size)


def _covers(font: Font, text: str) -> bool:
    absent = bytes(font.getmask(_ABSENT))
    return all(bytes(font.getmask(letter)) != absent for letter in set(text) if not letter.isspace())
