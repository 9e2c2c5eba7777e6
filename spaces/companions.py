"""The files beside the card that say what to install: packages.txt, pre-requirements.txt, requirements.txt.

packages.txt becomes a list of names, since apt reads a line that looks like an option as one. The requirement files
are pip's to judge; here they only become UTF-8, as editors on Windows write UTF-16.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import NoReturn

from pydantic import BaseModel

from spaces.card_tree import Files, Tree
from spaces.errors import CardError

PACKAGES = "packages.txt"
PRE_REQUIREMENTS = "pre-requirements.txt"
REQUIREMENTS = "requirements.txt"

_LIMIT = 256 * 1024
_PACKAGE_LIMIT = 500
# apt takes `name-` for a removal, and a name with other characters for a search expression.
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]{0,126}[a-z0-9+](?::[a-z0-9]{1,32})?(?:=[0-9][A-Za-z0-9.+:~-]{0,126})?")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Companions(BaseModel):
    """Empty text where the file is absent or empty: both install nothing."""

    packages: list[str] = []
    """Debian packages, `name` or `name=version`, each once, in the file's order."""
    pre_requirements: str = ""
    requirements: str = ""


def read_companions(files: Tree | Mapping[str, bytes]) -> Companions:
    """What the repository asks to install. Raises CardError with file and line."""
    tree = Files(files) if isinstance(files, Mapping) else files
    return Companions(
        packages=parse_packages(_text(tree, PACKAGES)),
        pre_requirements=_text(tree, PRE_REQUIREMENTS),
        requirements=_text(tree, REQUIREMENTS),
    )


def parse_packages(text: str) -> list[str]:
    """The packages that the text of a packages.txt names."""
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.partition("#")[0].split():
            if word.startswith("-"):
                _refuse(PACKAGES, number, f"`{word[:80]}` looks like an option")
            if not _PACKAGE.fullmatch(word):
                _refuse(PACKAGES, number, f"`{word[:80]}` is no package name")
            found[word] = None
            if len(found) > _PACKAGE_LIMIT:
                _refuse(PACKAGES, number, "too many packages", f"at most {_PACKAGE_LIMIT} packages")
    return list(found)


def _text(tree: Tree, path: str) -> str:
    content = tree.read(path, _LIMIT + 1) or b""
    if len(content) > _LIMIT:
        _refuse(path, 1, "the file is too large", f"{_LIMIT // 1024} KiB")
    bom, encoding = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), (b"", "utf-8"))
    try:
        text = content[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        _refuse(path, content[: error.start].count(b"\n") + 1, "the text is not UTF-8", "UTF-8 text")
    if "\0" in text:
        _refuse(path, text[: text.index("\0")].count("\n") + 1, "the file holds a NUL", "UTF-8 text")
    return text


def _refuse(
    file: str, line: int, message: str, allowed: str = "Debian package names, one a line, and `#` comments"
) -> NoReturn:
    raise CardError(f"{file}, line {line}: {message}.", file=file, line=line, key="", allowed=allowed) from None
