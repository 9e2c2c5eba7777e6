"""Who is being used: one look at the kernel's own counters per tick, nothing on the hot path.

`ss` tells of every connection from the edge and the gateway to an instance how many bytes went which way and when last.
`classify` turns two looks at one connection into a verdict. What came and went between two looks is seen by `controller.idle`,
which compares the connections counted here with those that the instance accepted. The rules and what they were measured
on: docs/explanation/idle.md.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

from proxy import quiet
from proxy.sockets import Key, Socket, established
from spaces.models.types import now

log = structlog.get_logger()

WINDOW_SECONDS = 20.0
"""Over which a stream's traffic is judged."""
BEAT_SECONDS = 10.0
"""A stream that says something no oftener than this..."""
BEAT_BYTES = 128
"""...and no more each time, is a heartbeat: WebSocket ping and pong (2-14 bytes, every 20-30 s), Gradio's and other SSE
keep-alives (18-52 bytes, every 15 s), small JSON pings."""
QUEUE_BEAT = 32
"""Bytes on the wire of Gradio's heartbeat on the stream of a job that is queued or running: somebody waits for it."""
KNOCK_BYTES = 16
"""A frozen app sends no pings, so whatever exceeds a late pong is a visitor's own doing."""


class Why(StrEnum):
    """What a verdict rests on."""

    IDLE = "idle"
    """Nothing but heartbeats."""
    ASKED = "asked"
    """A request is out and unanswered."""
    FLOWS = "flows"
    """More than heartbeats passes, in whichever direction."""
    QUEUED = "queued"
    """A Gradio job is queued or running."""
    KNOCKS = "knocks"
    """Somebody sent something to a frozen instance."""

    @property
    def active(self) -> bool:
        return self is not Why.IDLE


@dataclass(frozen=True)
class Watched:
    """An instance whose visitors are to be noticed."""

    space_id: int
    instance_id: int
    address: str
    port: int
    frozen: bool = False


@dataclass(frozen=True)
class Activity:
    """What one look says of one instance."""

    space_id: int
    instance_id: int
    active: bool
    why: Why
    at: dt.datetime


@dataclass(frozen=True)
class Look:
    """One connection at one moment, and what is remembered of it. `at` is monotonic seconds."""

    at: float
    socket: Socket
    asked: bool = False
    """A request longer than a heartbeat was sent last, and nothing came back yet."""
    steps: tuple[tuple[float, int, int, int, int], ...] = ()
    """(at, bytes sent, bytes received, segments sent, segments received) since the look before, within the window."""
    beat: int = 0
    """Most bytes it sent between two looks while it was idle: its own heartbeat, which is no knock."""
    born: float = 0.0
    """When it was first seen."""


def classify(previous: Look | None, socket: Socket, at: float, frozen: bool = False) -> tuple[Look, Why]:
    """The new look at a connection and its verdict. `previous` is the last look at the same one; None: it is new."""
    fresh = previous is None or _another(previous.socket, socket)
    before = Socket(socket.key) if fresh or previous is None else previous.socket
    sent, received = socket.sent - before.sent, socket.received - before.received
    segments = (socket.segments_out - before.segments_out, socket.segments_in - before.segments_in)
    step = (at, sent, received, *segments)
    kept = () if fresh or previous is None else tuple(s for s in previous.steps if at - s[0] < WINDOW_SECONDS)
    steps = (*kept, step)
    answered = received > 0 and socket.last_received <= socket.last_sent
    if sent > BEAT_BYTES:
        asked = not answered
    elif received > 0:
        asked = False  # the app spoke, be it only a ping: from here on it is a stream like any other
    else:
        asked = previous is not None and not fresh and previous.asked
    beat = 0 if fresh or previous is None else previous.beat
    look = Look(at, socket, asked, steps, beat, at if fresh or previous is None else previous.born)
    if frozen:
        return look, _frozen_verdict(look, sent, fresh)
    why = _verdict(look)
    if why is Why.IDLE and sent <= BEAT_BYTES:
        look = replace(look, beat=max(beat, sent))
    return look, why


class Sampler:
    """Looks at all awake and frozen instances at once. One thread at a time."""

    def __init__(self) -> None:
        self._looks: dict[Key, Look] = {}
        self._keys: set[Key] = set()
        self.opened: Counter[int] = Counter()
        """Connections that were seen so far, by the instance's id, quiet ones included."""
        self._blind = False

    def sample(self, watched: Iterable[Watched]) -> list[Activity]:
        """A verdict for each instance. Where `ss` fails nobody seems active, and that is logged."""
        watched = list(watched)
        if not watched:
            self._looks, self._keys = {}, set()
            self.opened.clear()
            return []
        at = time.monotonic()
        found = self.judge(self._dump(), watched, at)
        moment = now()
        whys = ((item, found.get(item.instance_id, Why.IDLE)) for item in watched)
        return [Activity(item.space_id, item.instance_id, why.active, why, moment) for item, why in whys]

    def judge(self, sockets: Iterable[Socket], watched: Iterable[Watched], at: float) -> dict[int, Why]:
        """The strongest verdict on each instance that has a connection, by the instance's id."""
        targets = {(item.address, item.port): item for item in watched}
        looks: dict[Key, Look] = {}
        found: dict[int, Why] = {}
        keys: set[Key] = set()
        for socket in sockets:
            item = targets.get(socket.key.peer)
            if item is None:
                continue
            before = self._looks.get(socket.key)
            if socket.key not in self._keys or (before and _another(before.socket, socket)):
                self.opened[item.instance_id] += 1
            keys.add(socket.key)
            if quiet.is_quiet(socket.key.local[1]):
                continue
            look, why = classify(before, socket, at, item.frozen)
            looks[socket.key] = look
            if found.get(item.instance_id, Why.IDLE) is Why.IDLE:
                found[item.instance_id] = why
        self._looks, self._keys = looks, keys
        return found

    def _dump(self) -> list[Socket]:
        try:
            seen = established()
        except OSError as error:
            if not self._blind:
                log.warning("cannot see connections: open streams will not keep Spaces awake", error=str(error))
            self._blind = True
            return []
        self._blind = False
        return seen


def _another(before: Socket, after: Socket) -> bool:
    """The same two ports, but a connection made anew: counters never run backwards."""
    return after.sent < before.sent or after.received < before.received


def _verdict(look: Look) -> Why:
    if look.asked:
        return Why.ASKED
    young = look.at - look.born < WINDOW_SECONDS
    for sent, segments in ((1, 3), (2, 4)):
        amount = sum(step[sent] for step in look.steps)
        count = sum(step[segments] for step in look.steps)
        beats = 1 + int(WINDOW_SECONDS / BEAT_SECONDS)
        if amount > beats * BEAT_BYTES or (count > beats and amount > 0):
            return Why.FLOWS
        # too early to tell a stream's rhythm: anything that says something counts
        if young and amount > BEAT_BYTES:
            return Why.FLOWS
    received = [step[2] for step in look.steps if step[2]]
    if received and all(amount % QUEUE_BEAT == 0 for amount in received):
        return Why.QUEUED
    return Why.IDLE


def _frozen_verdict(look: Look, sent: int, fresh: bool) -> Why:
    if look.asked or sent > max(KNOCK_BYTES, look.beat) or (fresh and look.socket.sent > KNOCK_BYTES):
        return Why.KNOCKS
    return Why.IDLE
