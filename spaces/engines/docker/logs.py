"""Logs: what the app wrote, line by line, out of Docker's multiplexed stream."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Iterator
from typing import Any

from docker.types import CancellableStream

from spaces.engines.base import LogLine, LogStream
from spaces.engines.docker.client import QUICK, Link, translated
from spaces.engines.docker.observe import inspect, parse_time

LONGEST = 16 * 1024
"""Bytes kept of one line. The engine hands longer ones out in pieces of this size."""
_STREAMS = {1: "stdout", 2: "stderr"}


def logs(link: Link, name: str, since: dt.datetime | None = None, follow: bool = False) -> LogStream:
    if inspect(link, name) is None:
        return LogStream(iter(()))
    # The SDK's own call merges stdout and stderr and loses which is which.
    with translated("read a log"):
        response = link.quick.get(
            f"{link.quick.base_url}/v{link.quick.api_version}/containers/{name}/logs",
            params={
                "stdout": 1,
                "stderr": 1,
                "timestamps": 1,
                "follow": int(follow),
                "since": f"{since.timestamp():.6f}" if since else 0,
            },
            stream=True,
            timeout=(QUICK, None if follow else QUICK),
        )
    if response.status_code != 200:
        response.close()
        return LogStream(iter(()))
    stream = CancellableStream(lines(frames(response.raw.read)), response)
    return LogStream(_after(stream, since), lambda: _close(stream))


def frames(read: Callable[[int], bytes]) -> Iterator[tuple[str, bytes]]:
    """Pure but for `read`: (stream, payload) of each frame, until the end or a cut."""
    while len(header := _exactly(read, 8)) == 8:
        kind, size = struct.unpack(">B3xI", header)
        payload = _exactly(read, size)
        if len(payload) < size:
            return
        yield _STREAMS.get(kind, "stdout"), payload


def lines(source: Iterator[tuple[str, bytes]]) -> Iterator[LogLine]:
    """Pure: frames as lines. Each frame starts with its time; one without an end of line is the beginning of a long
    line, whose further pieces are dropped."""
    cut: dict[str, bool] = {}
    for stream, payload in source:
        stamp, _, text = payload.partition(b" ")
        whole = text.endswith(b"\n")
        if not cut.get(stream):
            at = parse_time(stamp.decode("ascii", "replace"))
            if at is not None:
                kept = text.rstrip(b"\r\n")[:LONGEST]
                yield LogLine(at=at, stream=stream, text=kept.decode("utf-8", "replace"))
        cut[stream] = not whole


def _after(source: Iterator[LogLine], since: dt.datetime | None) -> Iterator[LogLine]:
    return (line for line in source if since is None or line.at > since)


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := read(size - len(data))):
        data += piece
    return data


def _close(stream: Any) -> None:
    try:
        stream.close()
    except (OSError, AttributeError):  # ended by itself
        return
