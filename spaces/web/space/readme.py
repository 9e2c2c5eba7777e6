"""A README as HTML that can do nothing: markdown is rendered, and what is left of it is what a list of ours allows.

Links lead to the repository's own pages or, as links of others, elsewhere; pictures come from the repository alone, so that
no page of ours tells another host who looks at it. No script, no style, no form, no frame.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from spaces.errors import EntryNotFound, TooLarge
from spaces.repos import store
from spaces.web.space import highlight, plain
from spaces.web.space.place import Seen

NAMES = ("README.md", "README.zh.md", "readme.md", "README.markdown", "README")
LIMIT = 200_000
"""Bytes of a file that is rendered; a longer one is shown as what it is."""
TAGS = set(
    "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li "
    "ol p picture pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    **{cell: {"align", "colspan", "rowspan"} for cell in ("td", "th")},
    **{each: {"align"} for each in ("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr")},
    **{each: {"id"} for each in ("h1", "h2", "h3", "h4", "h5", "h6")},
    "span": {"class"},
    "details": {"open"},
}
SCHEMES = {"http", "https", "mailto"}
ANCHOR = "readme-"
"""Before every id that comes from a README: none of ours begins with it."""


@dataclass(frozen=True)
class Readme:
    path: str
    html: Markup
    """Safe to put into a page."""


@dataclass(frozen=True)
class Base:
    """Where the links of a file start from."""

    seen: Seen
    rev: str
    folder: str


def find(seen: Seen, sha: str, folder: str, rev: str | None = None) -> Readme | None:
    """The README of a folder at the commit `sha`; None: it has none that could be shown. Links lead to `rev`."""
    for name in NAMES:
        path = f"{folder}/{name}" if folder else name
        try:
            text = store.read_blob(seen.number, sha, path, LIMIT).decode(errors="replace")
        except (EntryNotFound, TooLarge):
            continue
        shown = render(text, Base(seen, rev or "main", folder)) if name != "README" else _preformatted(text)
        return Readme(path, shown) if shown else None
    return None


def render(text: str, base: Base) -> Markup:
    """Markdown, with the HTML that people put into it, as HTML of ours."""
    tokens = _MARKDOWN.parse(_FRONT_MATTER.sub("", text.replace("\0", ""), count=1))
    _name_headings(tokens)
    return Markup(
        nh3.clean(
            _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="nofollow noopener noreferrer",
            attribute_filter=lambda tag, name, value: _attribute(tag, name, value, base),
            strip_comments=True,
        )
    ).strip()


# -- private

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_CLASS = re.compile(r"[a-z0-9]{1,3}|odd")


def _code(text: str, language: str, _attributes: str) -> str:
    return highlight.block(text, language) if len(text) <= highlight.COLORED // 10 else ""


_MARKDOWN = MarkdownIt("commonmark", {"html": True, "highlight": _code}).enable(["table", "strikethrough"])


def _name_headings(tokens: list[Token]) -> None:
    """An id for every heading, so that a table of contents works."""
    counts: dict[str, int] = {}
    for opening, inline in zip(tokens, tokens[1:], strict=False):
        if opening.type != "heading_open":
            continue
        words = re.sub(r"[^\w\- ]", "", inline.content.strip().lower())
        slug = words.replace(" ", "-")[:80]
        number = f"-{counts[slug]}" if slug in counts else ""
        counts[slug] = counts.get(slug, 0) + 1
        opening.attrSet("id", f"{ANCHOR}{slug}{number}")


def _attribute(tag: str, name: str, value: str, base: Base) -> str | None:
    """The attribute as it may stand there; None: not at all."""
    if name == "href":
        return _link(value.strip(), base)
    if name == "src":
        return _picture(value.strip(), base)
    if name == "id":
        return value if value.startswith(ANCHOR) else None
    if name == "class":
        return value if tag == "span" and _CLASS.fullmatch(value) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if re.fullmatch(r"[0-9]{1,4}%?(?:px)?", value) else None
    return value


def _link(value: str, base: Base) -> str | None:
    if value.startswith("#"):
        return f"#{ANCHOR}{value[1:].lower()}"
    if value.startswith(("//", "\\\\", "/\\", "\\/")):
        return None
    parts = _parts(value)
    if parts is None:
        return None
    if parts.scheme:
        return value
    path = _inside(parts.path, base.folder)
    if path is None:
        return None
    page = "tree" if not path or parts.path.endswith("/") else "blob"
    anchor = f"#{ANCHOR}{parts.fragment.lower()}" if parts.fragment and path.lower().endswith(".md") else ""
    return base.seen.to(page, base.rev, path) + anchor


def _picture(value: str, base: Base) -> str | None:
    """Of the repository; one of another host is shown as what its author says it is."""
    parts = _parts(value)
    if parts is None or parts.scheme or parts.netloc or "\\" in value:
        return None
    path = _inside(parts.path, base.folder)
    return base.seen.to("raw", base.rev, path) if path else None


def _parts(value: str) -> SplitResult | None:
    try:
        return urlsplit(value)
    except ValueError:
        return None


def _inside(path: str, folder: str) -> str | None:
    """A path of the repository, from its root: a link that begins with `/` starts there. None: it leads out."""
    asked = unquote(path)
    joined = posixpath.normpath(asked.lstrip("/") if asked.startswith("/") else posixpath.join(folder, asked))
    if joined == ".":
        return ""
    return None if joined.startswith("..") or "\0" in joined else joined


def _preformatted(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(plain.lines(text, LIMIT))
