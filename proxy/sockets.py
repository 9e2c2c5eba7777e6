"""Established TCP connections with their counters, as `ss` tells them."""

from __future__ import annotations

import re
import subprocess
from typing import NamedTuple

Endpoint = tuple[str, int]


class Key(NamedTuple):
    """A connection as seen from here."""

    local: Endpoint
    peer: Endpoint


class Socket(NamedTuple):
    """One connection's counters. Times are milliseconds ago."""

    key: Key
    sent: int = 0
    received: int = 0
    segments_out: int = 0
    """Segments that carried data."""
    segments_in: int = 0
    last_sent: int = 0
    last_received: int = 0
    unacked: int = 0


def established() -> list[Socket]:
    """Every established connection of our network namespace. Raises OSError where `ss` is missing or fails."""
    command = ["ss", "-tinHO", "state", "established"]
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout
    except subprocess.SubprocessError as error:
        raise OSError(str(error)) from error
    return parse(text)


def parse(text: str) -> list[Socket]:
    """Every connection in the output; a line that is none is passed over."""
    return [socket for line in text.splitlines() if (socket := _line(line))]


_FIELD = re.compile(
    r"\b(bytes_sent|bytes_retrans|bytes_acked|bytes_received|data_segs_out|data_segs_in|lastsnd|lastrcv|unacked):(\d+)"
)


def _line(line: str) -> Socket | None:
    words = line.split(None, 4)
    if words and not words[0].isdigit():  # with several states asked for, the state comes first
        words = line.split(None, 5)[1:]
    if len(words) < 4:
        return None
    local, peer = _endpoint(words[2]), _endpoint(words[3])
    if local is None or peer is None:
        return None
    found = {name: int(value) for name, value in _FIELD.findall(words[4] if len(words) > 4 else "")}
    return Socket(
        Key(local, peer),
        # what was sent again says nothing new
        found.get("bytes_sent", found.get("bytes_acked", 0)) - found.get("bytes_retrans", 0),
        found.get("bytes_received", 0),
        found.get("data_segs_out", 0),
        found.get("data_segs_in", 0),
        found.get("lastsnd", 0),
        found.get("lastrcv", 0),
        found.get("unacked", 0),
    )


def _endpoint(text: str) -> Endpoint | None:
    host, _, port = text.rpartition(":")
    if not port.isdigit():
        return None
    host = host.strip("[]").partition("%")[0]
    return host.removeprefix("::ffff:"), int(port)
