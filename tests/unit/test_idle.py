"""Visits that come and go between two looks at the connections, and apps that ask to stay awake."""

from __future__ import annotations

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from controller.idle import PACKETS, Idler
from proxy import quiet, veto
from spaces import names
from spaces.engines.base import Stats
from spaces.models import Instance as RunningInstance


class Instance:
    """An engine and a sampler in one: what one instance accepted, and what of it was seen."""

    def __init__(self) -> None:
        self.accepted, self.packets, self.opened = 3, 100, Counter({7: 2})

    def stats(self) -> Stats:
        return Stats(cpu_seconds=0, memory=1, opened=self.accepted, packets=self.packets)


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def idler(place, instance) -> Idler:
    made = Idler(instance, place, instance, lambda _: None)
    assert not made._count_one(1, 7, instance.stats()), "the first count only says where things stand"
    return made


def test_nothing_accepted_is_no_visit(idler, instance):
    assert not idler._count_one(1, 7, instance.stats())
    assert 1 not in idler._used


def test_a_connection_that_nobody_saw_is_a_visit_once(idler, instance):
    instance.accepted, instance.packets = 4, 100 + PACKETS
    assert idler._count_one(1, 7, instance.stats())
    assert 1 in idler._used
    assert not idler._count_one(1, 7, instance.stats())


def test_a_connection_that_was_seen_is_judged_by_its_bytes_instead(idler, instance):
    instance.accepted, instance.packets, instance.opened[7] = 5, 200, 4
    assert not idler._count_one(1, 7, instance.stats())


def test_an_app_that_talks_to_itself_has_no_visitor(idler, instance):
    instance.accepted = 50
    assert not idler._count_one(1, 7, instance.stats())


def test_an_app_that_was_started_anew_counts_anew(idler, instance):
    instance.accepted, instance.packets = 1, 4
    assert not idler._count_one(1, 7, instance.stats())
    instance.accepted, instance.packets = 2, 8
    assert idler._count_one(1, 7, instance.stats())


def test_a_host_that_lets_nobody_look_sees_no_short_visits(idler, instance):
    instance.accepted = None
    assert not idler._count_one(1, 7, instance.stats())


class App(BaseHTTPRequestHandler):
    """Wants to stay awake while `wish` says so; `asked` are the ports it was asked from."""

    wish, status = "1", 200
    asked: list[int] = []

    def do_GET(self) -> None:
        App.asked.append(self.client_address[1])
        self.send_response(App.status if self.path == names.STAY_AWAKE_PATH else 404)
        self.send_header(names.HEADER_STAY_AWAKE, App.wish)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def app():
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    App.wish, App.status, App.asked = "1", 200, []
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("wish", "status", "stays"),
    [("1", 200, True), ("1", 204, True), ("0", 200, False), ("", 200, False), ("1", 404, False)],
)
def test_an_app_stays_awake_where_it_says_so_and_only_then(app, wish, status, stays):
    App.wish, App.status = wish, status
    assert veto.stays("127.0.0.1", app) == stays
    assert all(quiet.is_quiet(port) for port in App.asked), "the question is nobody's visit"


def test_an_app_that_is_not_there_does_not_stay_awake():
    assert not veto.stays("127.0.0.1", 1)


def test_an_app_is_not_asked_every_second(idler, app):
    running = RunningInstance(id=7, space_id=1, revision_id=1, name="x", address="127.0.0.1", port=app)
    assert idler._asks(running) and idler._asks(running)
    assert len(App.asked) == 1
    idler._wishes[7] = (True, idler._wishes[7][1] - veto.ASK_SECONDS)
    App.wish = "0"
    assert not idler._asks(running) and len(App.asked) == 2
