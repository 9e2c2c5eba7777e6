"""A line of a log as pieces of text with names of styles: colors survive, everything else that a terminal obeys does not.

A program may print whatever it likes, and so may whoever it prints for. Nothing of it becomes markup, a link or a title; what
would rearrange or hide text on the page is shown by its number, or leaves a mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from markupsafe import Markup

OVERWRITTEN = "↺"
"""Stands where a carriage return wrote over what came before: progress bars do. The downloaded log has all of it."""
OVER = "over"
ODD = "odd"


class Piece(NamedTuple):
    """Some text, and the style sheet's names for how it looks."""

    text: str
    style: str = ""


def pieces(line: str) -> list[Piece]:
    """What a line shows."""
    made, line = [], line.rstrip("\r\n")
    overwritten, _, rest = line.rpartition("\r")
    if overwritten.strip("\r"):
        made.append(Piece(OVERWRITTEN, OVER))
    state = _State()
    for text in _plain(rest, state):
        made += _spelled(text, state.style)
    return made


def plain(line: str) -> str:
    """Its text alone, for searching."""
    return "".join(piece.text for piece in pieces(line))


def markup(line: str) -> Markup:
    """The same as HTML."""
    span = Markup('<span class="{}">{}</span>')
    return Markup("").join(span.format(p.style, p.text) if p.style else p.text for p in pieces(line))


# -- private --------------------------------------------------------------------------------------

_CONTROL = re.compile(
    r"\x1b\[(?P<sgr>[0-9;:]{0,100})m"
    r"|\x1b\[[0-?]*[ -/]*(?:[@-~]|\Z)"  # any other control sequence: moves, erases, modes
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|\Z)"  # strings: titles, links (OSC 8), device control
    r"|\x1b(?:[ -/]*[0-~]|\Z)?",
    re.DOTALL,
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters, and those that turn the direction of text around or take no room."""


class _State:
    """How what follows looks."""

    def __init__(self) -> None:
        self.front: int | None = None
        self.back: int | None = None
        self.marks: set[str] = set()

    @property
    def style(self) -> str:
        names = sorted(self.marks)
        names += [f"f{self.front}"] if self.front is not None else []
        return " ".join(names + ([f"b{self.back}"] if self.back is not None else []))

    def obey(self, sequence: str) -> None:
        codes = iter([int(code[:4] or 0) for code in re.split("[;:]", sequence)])
        for code in codes:
            if code == 0:
                self.__init__()  # type: ignore[misc]
            elif code in _MARKS:
                self.marks.add(_MARKS[code])
            elif code in _UNMARKS:
                self.marks -= _UNMARKS[code]
            elif code in (38, 48):
                color = _extended(codes)
                self.front, self.back = (color, self.back) if code == 38 else (self.front, color)
            elif code in (39, 49):
                self.front, self.back = (None, self.back) if code == 39 else (self.front, None)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.front = code - 30 if code < 40 else code - 82
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.back = code - 40 if code < 50 else code - 92


_MARKS = {1: "bold", 2: "dim", 3: "italic", 4: "under"}
_UNMARKS = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"under"}}
_BASIC = ((0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16), (36, 114, 200), (188, 63, 188), (17, 168, 205), (229, 229, 229))  # fmt: skip


def _plain(text: str, state: _State) -> Iterator[str]:
    """The text between control sequences; `state` is as it is for each."""
    at = 0
    for found in _CONTROL.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        if found["sgr"] is not None:
            state.obey(found["sgr"])
        at = found.end()
    if at < len(text):
        yield text[at:]


def _spelled(text: str, style: str) -> Iterator[Piece]:
    at = 0
    for found in _UNSEEN.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()], style)
        yield Piece(f"U+{ord(found[0]):04X}", ODD)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:], style)


def _extended(codes: Iterator[int]) -> int | None:
    """The nearest of the sixteen colors that the style sheet knows."""
    kind = next(codes, 0)
    if kind == 5:
        number = next(codes, 0)
        if number < 16:
            return number
        if number >= 232:
            return _nearest(*[8 + 10 * (number - 232)] * 3)
        red, green, blue = (number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6
        return _nearest(*(level and 55 + 40 * level for level in (red, green, blue)))
    return _nearest(next(codes, 0), next(codes, 0), next(codes, 0)) if kind == 2 else None


def _nearest(red: int, green: int, blue: int) -> int:
    def distance(number: int) -> int:
        return sum((a - b) ** 2 for a, b in zip(_BASIC[number], (red, green, blue), strict=True))

    return min(range(8), key=distance)
