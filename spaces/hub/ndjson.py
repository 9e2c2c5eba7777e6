"""A commit's lines as they come: one JSON object each, read without ever holding a file whole.

What is long in a line is a file's content, in base64. It goes to disk while it comes, decoded; the rest of the line stays
in memory and is read as JSON with a ticket in its place.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from spaces.errors import BadRequest, TooLarge

SHORT = 1 << 16
"""Bytes of a text that stays in memory."""
LINE = 1 << 20
"""Bytes of a line without its long text."""
MEMORY = 16 << 20
"""Bytes of lines and short contents that one commit keeps in memory; further contents go to disk whatever their size."""


class Lines:
    """Give it bytes with `feed`, and tell it the end with `end`; both give the lines that became whole.

    `limit`: bytes of all contents together. `folder`: where files go, named by a number; whoever made it removes it."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._secret = secrets.token_hex(16)
        self._line = bytearray()
        self._text_at: int | None = None
        self._escaped = False
        self._spill: _Spill | None = None
        self._spilled: dict[str, Path] = {}
        self._count = self._content = self._memory = 0

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Raises BadRequest for what is no JSON or no base64, TooLarge over a limit."""
        at = 0
        while at < len(data):
            if self._text_at is None:
                at = yield from self._between(data, at)
            else:
                at = self._within(data, at)

    def end(self) -> Iterator[dict[str, Any]]:
        """The last line need not end."""
        if self._text_at is not None:
            raise _malformed("it ends in the middle of a text")
        if self._line.strip():
            yield self._whole()

    def close(self) -> None:
        """Lets go of what was begun."""
        if self._spill:
            self._spill.close()

    def content(self, text: str) -> bytes | Path:
        """The bytes that a line's base64 text stands for. Raises BadRequest, and TooLarge over the limit."""
        if path := self._spilled.get(text):
            return path
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise _not_base64() from None
        self._add(len(content))
        self._memory += len(content)
        if self._memory <= MEMORY:
            return content
        path = self._new_file()
        path.write_bytes(content)
        return path

    # -- private

    def _between(self, data: bytes, at: int):  # type: ignore[no-untyped-def]
        """Outside of texts: up to the next quote or the end of the line."""
        quote, newline = (position if (position := data.find(mark, at)) >= 0 else len(data) for mark in (b'"', b"\n"))
        stop = min(quote, newline)
        self._keep(data[at:stop])
        if stop == len(data):
            return stop
        if stop == newline:
            if self._line.strip():
                yield self._whole()
            self._line.clear()
        else:
            self._keep(b'"')
            self._text_at = len(self._line)
        return stop + 1

    def _within(self, data: bytes, at: int) -> int:
        """Inside a text: up to its closing quote."""
        stop, ended = at, False
        if self._escaped:
            self._escaped, stop = False, at + 1
        while stop < len(data):
            quote, escape = data.find(b'"', stop), data.find(b"\\", stop)
            if escape >= 0 and (quote < 0 or escape < quote):
                stop = escape + 2
                if stop > len(data):
                    self._escaped, stop = True, len(data)
            else:
                ended, stop = quote >= 0, quote if quote >= 0 else len(data)
                break
        self._add_text(data[at:stop])
        if not ended:
            return stop
        if self._spill:
            ticket = f"{self._secret}-{len(self._spilled)}"
            self._spilled[ticket] = self._spill.end()
            self._spill = None
            self._keep(ticket.encode())
        self._keep(b'"')
        self._text_at = None
        return stop + 1

    def _add_text(self, data: bytes) -> None:
        assert self._text_at is not None
        if self._spill is None:
            if len(self._line) - self._text_at + len(data) <= SHORT:
                self._keep(data)
                return
            start = bytes(self._line[self._text_at :])
            del self._line[self._text_at :]
            self._spill = _Spill(self._new_file())
            data = start + data
        self._add(self._spill.add(data))

    def _keep(self, data: bytes) -> None:
        self._line += data
        if len(self._line) > LINE:
            raise TooLarge(f"A line of the commit has more than {LINE} bytes beside its content.")

    def _whole(self) -> dict[str, Any]:
        try:
            line = json.loads(bytes(self._line))
        except (ValueError, RecursionError):
            raise _malformed("a line is no JSON") from None
        if not isinstance(line, dict) or not isinstance(line.get("value"), dict):
            raise _malformed("a line is no object with a key and a value")
        return line

    def _add(self, count: int) -> None:
        self._content += count
        if self._content > self._limit:
            raise too_large(self._limit)

    def _new_file(self) -> Path:
        self._count += 1
        return self._folder / str(self._count)


class _Spill:
    """One long text on its way to disk."""

    def __init__(self, path: Path) -> None:
        self._path, self._rest, self._padded = path, b"", False
        self._file: IO[bytes] = path.open("xb")

    def add(self, data: bytes) -> int:
        """The number of bytes that `data` added. What JSON may escape in base64 is the slash."""
        data = self._rest + data
        split = b"\\" if data.endswith(b"\\") else b""
        data = data.removesuffix(split).replace(b"\\/", b"/")
        whole = len(data) // 4 * 4
        self._rest = data[whole:] + split
        try:
            if whole and self._padded:
                raise binascii.Error
            content = base64.b64decode(data[:whole], validate=True)
        except (binascii.Error, ValueError):
            raise _not_base64() from None
        self._padded = self._padded or data[:whole].endswith(b"=")
        self._file.write(content)
        return len(content)

    def end(self) -> Path:
        self.close()
        if self._rest:
            raise _not_base64()
        return self._path

    def close(self) -> None:
        self._file.close()


def too_large(limit: int) -> TooLarge:
    """What whoever sends more than `limit` bytes in one commit hears."""
    return TooLarge(
        f"The commit is larger than {limit >> 20} MiB.",
        hint="Commit fewer files at once, keep models and data out of the repository and download them when the app "
        "starts, or ask the admin to raise DEMODOCK_PUSH_LIMIT.",
    )


def _malformed(what: str) -> BadRequest:
    return BadRequest(
        f"The commit cannot be read: {what}.", hint="Send one JSON object a line (NDJSON).", code="malformed"
    )


def _not_base64() -> BadRequest:
    return BadRequest(
        "A file's content is not base64.", hint='Say `"encoding": "base64"` and encode it so.', code="bad_base64"
    )
