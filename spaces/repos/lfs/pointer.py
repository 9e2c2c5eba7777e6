"""git-lfs pointers: the few lines that a commit keeps in a large file's place."""

from __future__ import annotations

import re
from dataclasses import dataclass

SIZES = range(100, 1025)
"""Bytes a pointer may have; nothing of another size is looked into."""

FIRST_LINE = "version https://git-lfs.github.com/spec/v1"

_OID = re.compile(r"[0-9a-f]{64}")
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n"
)


@dataclass(frozen=True)
class Pointer:
    """What a pointer says: the content's SHA-256, and how many bytes it has."""

    oid: str
    size: int


@dataclass(frozen=True)
class Large(Pointer):
    """A large file that is here. `git_oid` is what git would call its content."""

    git_oid: str


def valid_oid(text: str) -> bool:
    """True where `text` is a SHA-256 as pointers write it."""
    return bool(_OID.fullmatch(text))


def parse(content: bytes) -> Pointer | None:
    """What `content` says where it is a pointer, else None."""
    match = _POINTER.fullmatch(content) if len(content) in SIZES else None
    return Pointer(match[1].decode(), int(match[2])) if match else None


def write(pointer: Pointer) -> bytes:
    """The bytes that git keeps."""
    return f"{FIRST_LINE}\noid sha256:{pointer.oid}\nsize {pointer.size}\n".encode()
