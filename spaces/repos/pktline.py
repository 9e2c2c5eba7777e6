"""git's packet lines: four hexadecimal digits of length, then that much. Pure; nothing here reads or sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

FLUSH = b"0000"
LONGEST = 65520
"""Bytes of a whole packet, its length included."""
DATA, PROGRESS, FATAL = 1, 2, 3
"""The side bands: the report to git itself, lines for people, and a last word."""
ZERO = "0" * 40

_LENGTH = re.compile(rb"[0-9a-fA-F]{4}")


class PacketError(ValueError):
    """These are no packet lines."""


def line(text: str | bytes) -> bytes:
    """`text` as one packet."""
    payload = text.encode() if isinstance(text, str) else text
    if len(payload) + 4 > LONGEST:
        raise PacketError("too long for a packet")
    return b"%04x" % (len(payload) + 4) + payload


def band(number: int, payload: bytes) -> bytes:
    """`payload` on a side band, in as many packets as it needs."""
    room = LONGEST - 5
    pieces = (payload[start : start + room] for start in range(0, len(payload), room))
    return b"".join(line(bytes([number]) + piece) for piece in pieces)


def told(lines: Iterable[str]) -> bytes:
    """Lines that git shows to people behind `remote:`."""
    return b"".join(band(PROGRESS, f"{text}\n".encode()) for text in lines)


class Splitter:
    """Cuts a stream that comes in pieces into packets."""

    def __init__(self) -> None:
        self.rest = b""
        """What is no whole packet yet."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Every packet, whole, that is complete now. Those of length 0 to 2 are marks such as FLUSH."""
        self.rest += data
        start = 0
        try:
            while len(self.rest) - start >= 4:
                size = _size(self.rest[start : start + 4])
                if len(self.rest) - start < size:
                    break
                packet, start = self.rest[start : start + size], start + size
                yield packet
        finally:
            self.rest = self.rest[start:]


def _size(digits: bytes) -> int:
    size = int(digits, 16) if _LENGTH.fullmatch(digits) else -1
    if size == 3 or not 0 <= size <= LONGEST:
        raise PacketError("not a packet line")
    return max(size, 4)


@dataclass(frozen=True)
class Command:
    """One ref that a push wants to move; ZERO as `old` makes it, as `new` deletes it."""

    old: str
    new: str
    ref: str


@dataclass
class Commands:
    """What a push asks for, at the beginning of its body."""

    commands: list[Command] = field(default_factory=list)
    capabilities: set[str] = field(default_factory=set)

    def add(self, packet: bytes) -> None:
        """Takes one packet. Raises PacketError for what is none of a push's."""
        text, _, capabilities = packet[4:].partition(b"\0")
        try:
            words = text.decode().rstrip("\n").split(" ", 2)
        except UnicodeDecodeError:
            raise PacketError("a ref's name is not UTF-8") from None
        if words[0] == "shallow":
            return
        if len(words) != 3 or not all(len(sha) == 40 for sha in words[:2]):
            raise PacketError("not a push command")
        self.capabilities |= {word.decode(errors="replace") for word in capabilities.split()}
        self.commands.append(Command(*words))

    @property
    def banded(self) -> bool:
        return "side-band-64k" in self.capabilities

    def refusal(self, reason: str, lines: Iterable[str]) -> bytes:
        """The whole answer to a push of which nothing was done: `lines` for people, `reason` beside every ref."""
        short = " ".join(reason.split())[:200]
        report = line(f"unpack {short}\n")
        report += b"".join(line(f"ng {command.ref} {short}\n") for command in self.commands) + FLUSH
        if "report-status" not in self.capabilities and "report-status-v2" not in self.capabilities:
            report = b""
        if not self.banded:
            return report
        return told(lines) + band(DATA, report) + FLUSH
