"""Which files `.gitattributes` gives to git-lfs. git itself says so, in a folder that holds nothing but those files."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from spaces.errors import Invalid
from spaces.repos import git, store

NAME = ".gitattributes"
LIMIT = 1 << 18
"""Bytes of a `.gitattributes` that are worth reading."""
_SECONDS = 10
"""Longest look: a pattern of many stars can take any time."""


def matched(texts: Mapping[str, bytes], paths: Collection[str]) -> set[str]:
    """Those of `paths` that the `texts` of the tree's `.gitattributes` files, by path, give to git-lfs. All paths were
    checked by `rules`. Raises Invalid where the patterns take too long."""
    if not paths or not any(b"lfs" in text for text in texts.values()):
        return set()
    with tempfile.TemporaryDirectory(prefix="attributes-") as name:
        for path, text in texts.items():
            with contextlib.suppress(OSError):  # a path may be longer than this disk can take
                where = Path(name, path)
                where.parent.mkdir(parents=True, exist_ok=True)
                where.write_bytes(text)
        with git.open_pipe(
            *(f"--work-tree={name}", "check-attr", "-z", "--stdin", "filter"),
            repository=store.empty(),
            seconds=_SECONDS,
        ) as process:
            output, _ = process.communicate("".join(f"{path}\0" for path in paths).encode())
        if process.returncode:
            raise Invalid(f"The {NAME} cannot be applied.", hint="Use simpler patterns.", code="bad_gitattributes")
    fields = output.decode().split("\0")
    return {path for path, value in zip(fields[::3], fields[2::3], strict=False) if value == "lfs"}


def extended(text: bytes, paths: Iterable[str]) -> bytes:
    """`text` with a line for each of `paths`, so that git-lfs on a person's machine knows them too."""
    lines = "".join(f"{_pattern(path)} filter=lfs diff=lfs merge=lfs -text\n" for path in paths).encode()
    return (text if text.endswith(b"\n") or not text else text + b"\n") + lines


# -- private


def _pattern(path: str) -> str:
    """A pattern that matches `path` alone. Quoting, where blanks need it, takes a backslash away again."""
    plain = "/" + "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)
    if plain.isascii() and not any(letter in plain for letter in ' "'):
        return plain
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
