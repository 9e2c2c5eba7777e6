"""git-lfs pointers: what they say, and where the file they stand for lies."""

from __future__ import annotations

import re
from pathlib import Path

from spaces.settings import get_settings

POINTER_SIZES = range(100, 1025)
"""Bytes a pointer may have; nothing of another size is looked into."""

_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n"
)


def parse(content: bytes) -> tuple[str, int] | None:
    """`(sha256, size)` where the blob is a pointer, else None."""
    match = _POINTER.fullmatch(content)
    return (match[1].decode(), int(match[2])) if match else None


def object_path(space_id: int, oid: str) -> Path:
    """Where the file with that SHA-256 lies, whether or not it was uploaded. `oid` is 64 hexadecimal digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", oid):
        raise ValueError("not a SHA-256")
    return get_settings().data.joinpath("lfs", str(space_id), oid[:2], oid)
