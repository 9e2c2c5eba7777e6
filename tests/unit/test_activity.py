"""Telling visitors from heartbeats, by the kernel's counters."""

from __future__ import annotations

import pytest

from proxy.activity import BEAT_BYTES, Sampler, Watched, Why, classify
from proxy.sockets import Key, Socket, parse
from spaces import names

KEY = Key(("10.213.0.1", 40000), ("10.213.0.2", 7860))
REQUEST, REPLY = 600, 2000


class Connection:
    """One connection, driven second by second; each call of `look` is a sample."""

    def __init__(self) -> None:
        self.now = 100.0
        self.socket = Socket(KEY)
        self.sent_at = self.received_at = self.now
        self.previous = None

    def sends(self, size: int) -> None:
        self.sent_at = self.now
        self.socket = self.socket._replace(
            sent=self.socket.sent + size, segments_out=self.socket.segments_out + 1 + size // 1400
        )

    def receives(self, size: int) -> None:
        self.received_at = self.now
        self.socket = self.socket._replace(
            received=self.socket.received + size, segments_in=self.socket.segments_in + 1 + size // 1400
        )

    def passes(self, seconds: float) -> None:
        self.now += seconds

    def look(self, frozen: bool = False) -> Why:
        socket = self.socket._replace(
            last_sent=round((self.now - self.sent_at) * 1000),
            last_received=round((self.now - self.received_at) * 1000),
        )
        self.previous, why = classify(self.previous, socket, self.now, frozen)
        return why

    def opened(self) -> Connection:
        """Asked and answered, long enough ago."""
        self.sends(REQUEST)
        self.passes(0.05)
        self.receives(REPLY)
        self.look()
        for _ in range(15):
            self.passes(2)
            self.look()
        return self


def verdicts(connection: Connection, seconds: int, every: float, act, sample: float = 1.0) -> list[Why]:
    """Verdicts while `act` happens every so many seconds; the first ones, within the window, are left out."""
    found, due, until = [], connection.now, connection.now + seconds
    while connection.now < until:
        if connection.now >= due:
            act(connection)
            due += every
        connection.passes(sample / 2)
        found.append(connection.look())
        connection.passes(sample / 2)
    return found[len(found) // 2 :]


def ping_pong(connection: Connection) -> None:
    connection.receives(2)
    connection.passes(0.001)
    connection.sends(6)


@pytest.mark.parametrize(
    ("what", "every", "act"),
    [
        ("a WebSocket's ping and pong", 20, ping_pong),
        ("uvicorn's ping and pong", 20, lambda c: (c.receives(6), c.sends(10))),
        ("Gradio's open tab", 15, lambda c: c.receives(18)),
        ("an SSE comment", 15, lambda c: c.receives(52)),
        ("engine.io", 25, lambda c: (c.receives(3), c.sends(7))),
        ("a JSON ping of its own", 30, lambda c: (c.sends(70), c.receives(60))),
        ("silence", 1000, lambda c: None),
    ],
)
@pytest.mark.parametrize("sample", [1.0, 2.0, 5.0])
def test_p58_heartbeats_are_nobody(what, every, act, sample):
    assert set(verdicts(Connection().opened(), 180, every, act, sample)) == {Why.IDLE}


@pytest.mark.parametrize(
    ("what", "every", "act"),
    [
        ("a token a second", 1, lambda c: c.receives(14)),
        ("a token every four seconds", 4, lambda c: c.receives(14)),
        ("a video", 1, lambda c: c.receives(200_000)),
        ("an upload", 1, lambda c: c.sends(200_000)),
        ("a slow upload", 5, lambda c: c.sends(400)),
        ("someone typing", 1, lambda c: c.sends(30)),
        ("polling", 5, lambda c: (c.sends(REQUEST), c.passes(0.01), c.receives(REPLY))),
        ("a picture now and then", 15, lambda c: c.receives(5000)),
    ],
)
@pytest.mark.parametrize("sample", [1.0, 2.0, 5.0])
def test_p58_whatever_says_something_is_somebody(what, every, act, sample):
    assert all(why.active for why in verdicts(Connection().opened(), 180, every, act, sample))


def test_p58_a_request_without_an_answer_is_somebody_for_as_long_as_it_takes():
    connection = Connection().opened()
    connection.sends(REQUEST)
    assert set(verdicts(connection, 3600, 10_000, lambda c: None, 5.0)) == {Why.ASKED}
    connection.receives(REPLY)
    connection.passes(0.1)
    assert connection.look() is Why.FLOWS
    assert set(verdicts(connection, 120, 10_000, lambda c: None)) == {Why.IDLE}


def test_a_websocket_seen_just_after_a_pong_is_no_open_request_for_ever():
    connection = Connection()
    connection.sends(REQUEST)
    connection.receives(REPLY)
    connection.passes(1)
    ping_pong(connection)
    connection.look()
    assert set(verdicts(connection, 180, 20, ping_pong)) == {Why.IDLE}


def test_a_gradio_job_in_the_queue_is_somebody_though_only_heartbeats_come():
    assert set(verdicts(Connection().opened(), 180, 15, lambda c: c.receives(32))) == {Why.QUEUED}


def test_the_same_ports_again_are_another_connection():
    connection = Connection().opened()
    assert connection.look() is Why.IDLE
    connection.socket = Socket(KEY)
    connection.sends(REQUEST)
    assert connection.look() is Why.ASKED


@pytest.mark.parametrize(
    ("what", "act", "expected"),
    [
        ("nothing", lambda c: None, Why.IDLE),
        ("a late pong", lambda c: c.sends(6), Why.IDLE),
        ("a click in a Streamlit tab", lambda c: c.sends(90), Why.KNOCKS),
        ("a key in a terminal", lambda c: c.sends(40), Why.KNOCKS),
        ("a request", lambda c: c.sends(REQUEST), Why.KNOCKS),
    ],
)
def test_p58_a_visitor_of_a_frozen_space_knocks(what, act, expected):
    connection = Connection().opened()
    connection.look(frozen=True)
    connection.passes(1)
    act(connection)
    assert connection.look(frozen=True) is expected


def test_a_clients_own_heartbeat_is_no_knock():
    connection = Connection().opened()
    verdicts(connection, 120, 30, lambda c: (c.sends(70), c.receives(60)))
    for _ in range(5):
        connection.passes(30)
        connection.sends(70)
        assert connection.look(frozen=True) is Why.IDLE
    connection.sends(200)
    assert connection.look(frozen=True) is Why.KNOCKS


def test_a_request_that_slipped_in_before_the_freeze_knocks_and_so_does_a_new_connection():
    connection = Connection().opened()
    connection.sends(REQUEST)
    connection.look()
    connection.passes(1)
    assert connection.look(frozen=True) is Why.KNOCKS
    new = Connection()
    new.sends(REQUEST)
    assert new.look(frozen=True) is Why.KNOCKS


LINE = (
    "0      0      [::ffff:10.213.0.1]:40000 10.213.0.2:7860 bbr wscale:10,10 rto:204 bytes_sent:700 bytes_retrans:100 "
    "bytes_acked:601 bytes_received:2000 segs_out:16 data_segs_out:2 data_segs_in:3 send 26Mbps lastsnd:12 lastrcv:8 lastack:8"
)


def test_what_ss_prints_is_read():
    assert parse(f"{LINE}\n\nnonsense\n0 0 a:b c:d\nESTAB {LINE}\n") == [Socket(KEY, 600, 2000, 2, 3, 12, 8, 0)] * 2


def test_verdicts_go_to_the_right_instance_and_quiet_ports_to_none(place):
    sampler = Sampler()
    watched = [Watched(1, 11, "10.213.0.2", 7860), Watched(2, 22, "10.213.0.9", 7860)]
    low, high = names.QUIET_PORTS
    asking = Socket(KEY, sent=REQUEST, segments_out=1, last_received=500)
    quiet = [asking._replace(key=Key(("10.213.0.1", port), ("10.213.0.9", 7860))) for port in (low, high)]
    stranger = asking._replace(key=Key(("10.213.0.1", 40001), ("10.213.0.7", 7860)))
    assert sampler.judge([asking, *quiet, stranger], watched, 1.0) == {11: Why.ASKED}
    beside = asking._replace(key=Key(("10.213.0.1", 40002), ("10.213.0.9", 7860)), sent=BEAT_BYTES)
    assert sampler.judge([asking, beside], watched, 2.0) == {11: Why.ASKED, 22: Why.IDLE}


def test_every_connection_is_counted_once_quiet_ones_too(place):
    sampler = Sampler()
    watched = [Watched(1, 11, "10.213.0.2", 7860)]
    one = Socket(KEY, sent=REQUEST, segments_out=1, last_received=500)
    quiet = one._replace(key=Key(("10.213.0.1", names.QUIET_PORTS[0]), KEY.peer))
    for looked, counted in (([one], 1), ([one], 1), ([one, quiet], 2), ([quiet], 2), ([one._replace(sent=1)], 3)):
        sampler.judge(looked, watched, 1.0)
        assert sampler.opened[11] == counted
    sampler.judge([one._replace(sent=0)], watched, 2.0)
    assert sampler.opened[11] == 4, "counters that run backwards are a new connection between the same ports"
