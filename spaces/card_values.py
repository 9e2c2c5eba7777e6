"""Readers of single values: each takes a node and gives a checked Python value, or raises CardError with what is allowed."""

from __future__ import annotations

import difflib
import posixpath
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from spaces.card_yaml import Node
from spaces.errors import CardError

Reader = Callable[[Node, str], Any]
"""Called with the node and the key's name; the name only for the message."""

_DURATION = re.compile(r"(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?|(\d{1,6})")
_PYTHON = re.compile(r"3\.\d{1,2}(?:\.\d{1,2})?")
_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,4}(?:(?:a|b|rc)\d{1,4})?(?:\.post\d{1,4})?(?:\.dev\d{1,4})?")
_REPO = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_SHA = re.compile(r"[0-9a-f]{40}")
_URL_PATH = re.compile(r"/(?![/\\])[!-~]*")


def refuse(node: Node, key: str, message: str, allowed: str, hint: str = "") -> NoReturn:
    raise CardError(
        f"{node.file}, line {node.line}: `{key}` {message}.",
        file=node.file,
        line=node.line,
        key=key,
        allowed=allowed,
        hint=hint,
    )


def nearest(word: str, known: Sequence[str]) -> str:
    """The known word that was most likely meant, or nothing."""
    folded = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in known}
    found = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", word.lower()[:64]), folded, n=1, cutoff=0.75)
    return folded[found[0]] if found else ""


def text(limit: int = 256, what: str = "text") -> Reader:
    """One line of at most `limit` characters, as it was typed: `3.10` and `No` stay what they are."""

    def read(node: Node, key: str) -> str:
        allowed = f"one line of {what}, at most {limit} characters"
        if not isinstance(node.value, str):
            refuse(node, key, "is a list or a map", allowed)
        value = node.value.strip()
        if len(value) > limit:
            refuse(node, key, f"is {len(value)} characters long", allowed)
        if not value or "\n" in value or "\r" in value:
            refuse(node, key, "spans several lines" if value else "is empty", allowed)
        return value

    return read


def choice(*allowed: str) -> Reader:
    shown = " or ".join(filter(None, [", ".join(allowed[:-1]), allowed[-1]]))

    def read(node: Node, key: str) -> str:
        value = node.value if isinstance(node.value, str) else ""
        if value in allowed:
            return value
        meant = value.lower() if value.lower() in allowed else nearest(value, allowed)
        hint = f"Did you mean `{meant}`? Allowed: {shown}." if meant else ""
        refuse(node, key, f"cannot be {quoted(node)}", shown, hint)

    return read


def boolean(node: Node, key: str) -> bool:
    value = node.value.lower() if isinstance(node.value, str) else ""
    if value not in ("true", "false", "yes", "no", "on", "off"):
        refuse(node, key, f"cannot be {quoted(node)}", "true or false")
    return value in ("true", "yes", "on")


def integer(low: int, high: int) -> Reader:
    def read(node: Node, key: str) -> int:
        value = node.value if isinstance(node.value, str) else ""
        if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
            refuse(node, key, f"cannot be {quoted(node)}", f"a whole number from {low} to {high}")
        return int(value)

    return read


def pattern(expression: re.Pattern[str], allowed: str, limit: int = 256) -> Reader:
    def read(node: Node, key: str) -> str:
        value = node.value if isinstance(node.value, str) else ""
        if len(value) > limit or not expression.fullmatch(value):
            refuse(node, key, f"cannot be {quoted(node)}", allowed)
        return value

    return read


def texts(item: Reader, limit: int = 100) -> Reader:
    """A list; one value alone stands for a list of one."""

    def read(node: Node, key: str) -> list[Any]:
        if isinstance(node.value, dict):
            refuse(node, key, "is a map", "a list")
        items = node.value if isinstance(node.value, tuple) else (node,)
        if len(items) > limit:
            refuse(node, key, f"has {len(items)} entries", f"at most {limit}")
        return [item(one, key) for one in items]

    return read


def text_map(names: dict[str, tuple[str, ...]]) -> Reader:
    """A map of the given names, each to one of its values."""

    def read(node: Node, key: str) -> dict[str, str]:
        if not isinstance(node.value, dict):
            refuse(node, key, "is no map", "lines of the form `name: value` with the names " + ", ".join(names))
        found = {}
        for name, value in node.value.items():
            if name not in names:
                refuse(value, key, f"cannot set `{name[:80]}`", ", ".join(names), _meant(name, list(names)))
            found[name] = choice(*names[name])(value, f"{key}.{name}")
        return found

    return read


def grouped(item: Reader) -> Reader:
    """A list, or a map of lists (a Studio's `datasets` with `train`, `test`, `evaluation`) that is read as one list."""

    def read(node: Node, key: str) -> list[Any]:
        if not isinstance(node.value, dict):
            return texts(item)(node, key)
        parts = [texts(item)(part, f"{key}.{name}") for name, part in node.value.items() if not part.empty]
        return [one for part in parts for one in part]

    return read


def duration(node: Node, key: str) -> int:
    """Seconds."""
    value = node.value.strip().lower() if isinstance(node.value, str) else ""
    found = _DURATION.fullmatch(value)
    hours, minutes, seconds, plain = (int(part or 0) for part in found.groups()) if found else (0, 0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds + plain
    if not 1 <= total <= 86400:
        refuse(node, key, f"cannot be {quoted(node)}", "a time such as `30m`, `1h`, `1h30m` or seconds, at most 24h")
    return total


def file_path(node: Node, key: str) -> str:
    """A path inside the repository, without `./`; never an option, never above the root."""
    value = node.value.strip() if isinstance(node.value, str) else ""
    parts = value.split("/")
    wrong = (
        not value
        or len(value) > 512
        or value.startswith(("/", "~"))
        or any(ch in value for ch in "\\\n\r\t")
        or any(part == ".." or part.startswith("-") or part.lower() == ".git" for part in parts)
        or value.endswith("/")
    )
    path = "" if wrong else posixpath.normpath(value)
    if path in ("", "."):
        refuse(node, key, f"cannot be {quoted(node)}", "a file's path relative to the repository's root, without `..`")
    return path


def emoji(node: Node, key: str) -> str:
    value = node.value.strip() if isinstance(node.value, str) else ""
    plain = any(unicodedata.category(ch)[0] in "LZ" for ch in value)
    if plain or value.isascii() or len(value) > 16:
        refuse(node, key, f"cannot be {quoted(node)}", "one emoji")
    return value


def preload(node: Node, key: str) -> str:
    """`repo`, `repo file,file` or `repo file,file commit`."""
    value = text(1024)(node, key)
    parts = value.split()
    files = parts[1].split(",") if len(parts) > 1 else []
    if (
        len(parts) > 3
        or not _REPO.fullmatch(parts[0])
        or (len(parts) == 3 and not _SHA.fullmatch(parts[2]))
        or any(not name or name.startswith(("/", "-")) or ".." in name.split("/") for name in files)
    ):
        refuse(
            node, key, f"cannot hold {quoted(node)}", "`owner/name`, `owner/name file,file` or that and a full commit"
        )
    return " ".join(parts)


python_version = pattern(_PYTHON, "a version such as `3.11` or `3.11.4`")
sdk_version = pattern(_VERSION, "a released version such as `5.49.1`", 40)
repo_id = pattern(_REPO, "a repository's name such as `owner/name`")
url_path = pattern(_URL_PATH, "a path that begins with one `/` and holds no blank", 1024)


def quoted(node: Node) -> str:
    """The value for a message, short."""
    if not isinstance(node.value, str):
        return "a list" if isinstance(node.value, tuple) else "a map"
    shown = " ".join(node.value.split())
    return f"`{shown[:60]}…`" if len(shown) > 60 else f"`{shown}`" if shown else "empty"


def _meant(word: str, known: list[str]) -> str:
    meant = nearest(word, known)
    return f"Did you mean `{meant}`? Allowed: {', '.join(known)}." if meant else ""
