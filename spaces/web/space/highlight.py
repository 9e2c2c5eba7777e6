"""Source code in colors: classes for the style sheet `code.css`, never a style of its own.

The lexers are regular expressions over what strangers wrote, so only well-known languages are tried, on files of moderate
size, for a moment; whatever takes longer is shown without colors.
"""

from __future__ import annotations

import html
import re
import time
from pathlib import PurePosixPath

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound

from spaces.web.space.plain import DIRECTION

COLORED = 200_000
"""Characters of a file that is shown in colors, at most."""
LONGEST_LINE = 2_000
SECONDS = 1.0
LANGUAGES = {
    **dict.fromkeys(["py", "pyi"], "python"),
    **dict.fromkeys(["js", "mjs", "cjs", "jsx"], "javascript"),
    **dict.fromkeys(["ts", "tsx"], "typescript"),
    **dict.fromkeys(["sh", "bash", "bashrc"], "bash"),
    **dict.fromkeys(["yml", "yaml"], "yaml"),
    **dict.fromkeys(["html", "htm", "vue"], "html"),
    **dict.fromkeys(["json", "ipynb", "jsonl"], "json"),
    **dict.fromkeys(["c", "h"], "c"),
    **dict.fromkeys(["cc", "cpp", "hpp", "cu"], "cpp"),
    **dict.fromkeys(["ini", "cfg", "conf", "env"], "ini"),
    **dict.fromkeys(["md", "markdown"], "markdown"),
    **dict.fromkeys(["diff", "patch"], "diff"),
    **dict.fromkeys(["xml", "svg"], "xml"),
    **{name: name for name in "css scss toml sql go rust java kotlin ruby php lua r scala swift".split()},
    **{"rs": "rust", "rb": "ruby", "kt": "kotlin", "console": "console", "dockerfile": "docker", "makefile": "make"},
    **{"python": "python", "javascript": "javascript", "typescript": "typescript", "shell": "bash", "text": "text"},
}
"""Endings, whole names and words behind a fence, and what the lexers call them."""


def language_of(path: str) -> str:
    """What a file is written in, by its name; empty: plain text."""
    name = PurePosixPath(path).name.lower()
    return LANGUAGES.get(PurePosixPath(name).suffix[1:]) or LANGUAGES.get(name, "")


def lines(text: str, language: str = "") -> list[Markup]:
    """The lines of `text`, each whole by itself."""
    if not text:
        return []
    lexer = _lexer(language) if len(text) <= COLORED else None
    if lexer is None or max(map(len, text.split("\n"))) > LONGEST_LINE:
        return [_escaped(line) for line in _split(text)]
    try:
        return _colored(text, lexer)
    except _TooSlow:
        return [_escaped(line) for line in _split(text)]


def block(text: str, language: str) -> str:
    """A piece of code in a text, as HTML."""
    return str(Markup("\n").join(lines(text.rstrip("\n"), LANGUAGES.get(language.strip().lower(), ""))))


# -- private


class _TooSlow(Exception):
    pass


def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False) if language else None
    except ClassNotFound:
        return None


def _colored(text: str, lexer: Lexer) -> list[Markup]:
    until = time.monotonic() + SECONDS
    made: list[Markup] = []
    line: list[Markup] = []
    for kind, value in lexer.get_tokens("\n".join(_split(text))):
        if time.monotonic() > until:
            raise _TooSlow
        style = _style(kind)
        first, *others = value.split("\n")
        line.append(_piece(first, style))
        for other in others:
            made.append(Markup("").join(line))
            line = [_piece(other, style)]
    return [*made, Markup("").join(line)]


def _style(kind: object) -> str:
    while kind not in STANDARD_TYPES and kind is not Token:
        kind = kind.parent  # type: ignore[attr-defined]
    return STANDARD_TYPES.get(kind, "")  # type: ignore[call-overload]


def _piece(text: str, style: str) -> Markup:
    if not text:
        return Markup("")
    shown = _escaped(text)
    return Markup('<span class="{}">{}</span>').format(style, shown) if style else shown


def _escaped(text: str) -> Markup:
    """What turns the direction of text around is shown by its number: else code would not be what it looks like."""
    parts = re.split(f"({DIRECTION.pattern})", text)
    mark = '<span class="odd">U+{:04X}</span>'
    return Markup("".join(mark.format(ord(p)) if DIRECTION.fullmatch(p) else html.escape(p) for p in parts))


def _split(text: str) -> list[str]:
    """As editors count lines: an end of line at the very end begins no further one."""
    return text.replace("\r\n", "\n").removesuffix("\n").split("\n")
