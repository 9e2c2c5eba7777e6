"""A build's log: lines `time text` in a file that the api follows while it grows. Made harmless, redacted, bounded."""

from __future__ import annotations

import codecs
import collections
import re
from collections.abc import Iterable
from pathlib import Path

from spaces.models.types import now

_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]*(?=@)")
LINE = 4096
TAIL = 20
MINIMUM_SECRET = 6
"""Shorter values are words, not secrets: redacting `1` would make a log unreadable."""


class BuildLog:
    """Appended to live; once half the limit is used, only the last part of the rest is kept and written at the end."""

    def __init__(self, path: Path, limit: int, secrets: Iterable[str] = ()) -> None:
        self.tail: collections.deque[str] = collections.deque(maxlen=TAIL)
        """The last lines, for the reason of a failure."""
        self.secrets = sorted({text for text in secrets if len(text) >= MINIMUM_SECRET}, key=len, reverse=True)
        self._limit = limit
        self._written = path.stat().st_size if path.exists() else 0
        self._file = path.open("a", encoding="utf-8", newline="\n")
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._partial = ""
        self._kept: collections.deque[str] = collections.deque()
        self._kept_size = self._left_out = 0

    def line(self, text: str) -> None:
        """One line of our own, or of a tool's."""
        text = self.clean(text)
        self.tail.append(text)
        self._write(f"{now().isoformat(timespec='milliseconds')} {text}\n")

    def feed(self, chunk: bytes) -> None:
        """Raw output of a tool, in whatever pieces it comes."""
        text = self._partial + self._decoder.decode(chunk)
        *lines, self._partial = re.split(r"\r\n|\n|\r", text)
        if len(self._partial) > LINE:
            lines.append(self._partial)
            self._partial = ""
        for line in lines:
            if line.strip():
                self.line(line)

    def flush(self) -> None:
        """Ends a tool's output: what has no line end yet becomes a line."""
        rest, self._partial = self._partial + self._decoder.decode(b"", final=True), ""
        self._decoder.reset()
        if rest.strip():
            self.line(rest)

    def close(self) -> None:
        self.flush()
        if self._left_out:
            self._file.write(f"{now().isoformat()} … {self._left_out} lines left out …\n")
        self._file.writelines(self._kept)
        self._file.close()

    def clean(self, text: str) -> str:
        """`text` without secrets, credentials in URLs, escape sequences and characters that reorder text."""
        for secret in self.secrets:
            text = text.replace(secret, "•••")
        text = _CREDENTIALS.sub("•••", text)
        text = _BIDI.sub("", _CONTROL.sub("", text))
        return text if len(text) <= LINE else f"{text[:LINE]}…"

    def _write(self, text: str) -> None:
        size = len(text.encode())
        if self._written + size <= self._limit // 2:
            self._written += size
            self._file.write(text)
            self._file.flush()
            return
        self._kept.append(text)
        self._kept_size += size
        while self._kept_size > self._limit // 2:
            self._kept_size -= len(self._kept.popleft().encode())
            self._left_out += 1
