"""The YAML of a card as nodes that know their line; no value is turned into anything that its writer did not type.

Plain YAML loading reads `python_version: 3.10` as 3.1, `title: No` as false and a date as a date. Here every scalar stays the text
as written, and the key's own reader decides. Nodes are built from parser events, so that depth and size are bounded
before anything grows: aliases count as often as they are used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

import yaml

from spaces.errors import CardError

CARD_FILE = "README.md"
CARD_LIMIT = 64 * 1024
"""Bytes of front matter."""
_DEPTH_LIMIT = 12
_NODE_LIMIT = 2_000

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,15}\.[0-9]{0,15}|\.[0-9]{1,15})(?:[eE][-+]?[0-9]{1,2})?")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map"))


@dataclass(frozen=True)
class Node:
    """One value with its place. `plain`: a scalar without quotes, which may stand for a number, a truth value or nothing."""

    file: str
    line: int
    value: str | tuple[Node, ...] | dict[str, Node]
    plain: bool = False
    weight: int = 1

    @property
    def empty(self) -> bool:
        return self.plain and self.value in _NULLS

    def data(self) -> object:
        """The value for clients, by YAML 1.2's rules; a date stays text."""
        if isinstance(self.value, tuple):
            return [item.data() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.data() for key, item in self.value.items()}
        if not self.plain:
            return self.value
        if self.value in _NULLS:
            return None
        if self.value in _TRUE or self.value in _FALSE:
            return self.value in _TRUE
        if _INTEGER.fullmatch(self.value):
            return int(self.value)
        return float(self.value) if _FLOAT.fullmatch(self.value) else self.value


def front_matter(content: bytes, file: str = CARD_FILE) -> dict[str, Node]:
    """The keys between the two `---` lines at the top of a README; empty where there is no such block."""
    lines = content.removeprefix(b"\xef\xbb\xbf").splitlines()
    start = next((n for n, line in enumerate(lines) if line.strip()), None)
    if start is None or lines[start].rstrip() != b"---":
        return {}
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() == b"---"), None)
    if end is None:
        _refuse(
            file,
            start + 1,
            "the block opened by `---` is never closed",
            f"a line `---` after the last key, within the first {CARD_LIMIT // 1024} KiB",
        )
    block = b"\n".join(lines[start + 1 : end])
    if len(block) > CARD_LIMIT:
        _refuse(file, start + 1, "the card is too large", f"{CARD_LIMIT // 1024} KiB between the two `---` lines")
    try:
        text = block.decode()
    except UnicodeDecodeError as error:
        _refuse(file, start + 2 + block[: error.start].count(b"\n"), "the text is not UTF-8", "UTF-8 text")
    return _Builder(file, start + 2).build(text)


def checked_text(text: str, file: str, line: int) -> str:
    """`text`, where it holds no control characters or halves of characters: no row, header or variable could carry them."""
    if _UNPRINTABLE.search(text):
        _refuse(file, line, "the text holds a character that does not print", "printable UTF-8 text")
    return text


# -- private --------------------------------------------------------------------------------------


class _Builder:
    def __init__(self, file: str, first_line: int) -> None:
        self.file, self.first_line = file, first_line
        self.anchors: dict[str, Node] = {}
        self.left = _NODE_LIMIT

    def build(self, text: str) -> dict[str, Node]:
        try:
            self.events = yaml.parse(text, Loader=yaml.SafeLoader)
            return self._document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            problem = error.problem or error.context or "it cannot be read"
            self._refuse(
                (mark.line if mark else 0) + self.first_line,
                f"no valid YAML: {problem}",
                "YAML, one `key: value` a line",
                "Text that holds `: ` or ` #`, or begins with one of `@ * & ! % { [ |`, needs quotes.",
            )
        except yaml.YAMLError as error:
            place = getattr(error, "position", 0)
            line = text[: place if isinstance(place, int) else 0].count("\n") + self.first_line
            self._refuse(line, "a character that YAML does not allow", "printable UTF-8 text")
        except (ValueError, OverflowError):
            # PyYAML lets these through from an escape such as "\\UFFFFFFFF", without a mark.
            found = re.search(r"\\U(?!000|0010)", text)
            line = self.first_line + text[: found.start() if found else 0].count("\n")
            self._refuse(line, "an escape that names no character", "printable UTF-8 text")

    def _document(self) -> dict[str, Node]:
        for event in self.events:
            if isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                continue
            if isinstance(event, yaml.StreamEndEvent):
                return {}
            root = self._node(event, 0)
            break
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._refuse(self._line(event), "a second document begins", "one block of keys")
        if root.empty:
            return {}
        if not isinstance(root.value, dict):
            self._refuse(root.line, "the card holds no keys", "lines of the form `key: value`")
        return root.value

    def _node(self, event: yaml.Event, depth: int) -> Node:
        line = self._line(event)
        if depth > _DEPTH_LIMIT:
            self._refuse(line, "values are nested too deeply", f"at most {_DEPTH_LIMIT} levels")
        if isinstance(event, yaml.AliasEvent):
            node = self.anchors.get(event.anchor)
            if node is None:
                self._refuse(line, f"`*{event.anchor}` refers to nothing above it", "an anchor defined before")
            self._spend(node.weight, line)
            return node
        self._spend(1, line)
        if event.tag not in (None, "!") and event.tag not in _TAGS:
            self._refuse(line, f"the tag `{event.tag}` is not allowed", "plain texts, numbers, lists and maps")
        left = self.left
        if isinstance(event, yaml.SequenceStartEvent):
            value, plain = self._items(depth), False
        elif isinstance(event, yaml.MappingStartEvent):
            value, plain = self._pairs(depth), False
        else:
            value, plain = event.value, event.implicit[0]
            checked_text(value, self.file, line)
        node = Node(self.file, line, value, plain, 1 + left - self.left)
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _items(self, depth: int) -> tuple[Node, ...]:
        found = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, depth + 1))
        return tuple(found)

    def _pairs(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = self._line(event)
            key = self._node(event, depth + 1)
            if not isinstance(key.value, str):
                self._refuse(line, "a key is a list or a map", "keys that are plain text")
            if key.value == "<<" and key.plain:
                self._refuse(line, "`<<` merges are not read", "the keys written out", key="<<")
            if key.value in found:
                self._refuse(
                    line,
                    f"`{key.value}` is written twice; the first stands on line {found[key.value].line}",
                    "each key once",
                    key=key.value,
                )
            value = self._node(next(self.events), depth + 1)
            found[key.value] = Node(self.file, line, value.value, value.plain, value.weight)
        return found

    def _spend(self, nodes: int, line: int) -> None:
        self.left -= nodes
        if self.left < 0:
            self._refuse(line, "the card holds too many values", f"{_NODE_LIMIT} values, aliases counted each time")

    def _line(self, event: yaml.Event) -> int:
        return event.start_mark.line + self.first_line

    def _refuse(self, line: int, message: str, allowed: str, hint: str = "", key: str = "") -> NoReturn:
        _refuse(self.file, line, message, allowed, hint, key)


def _refuse(file: str, line: int, message: str, allowed: str, hint: str = "", key: str = "") -> NoReturn:
    raise CardError(
        f"{file}, line {line}: {message}.", file=file, line=line, key=key, allowed=allowed, hint=hint
    ) from None
