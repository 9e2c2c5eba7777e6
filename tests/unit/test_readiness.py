"""Waiting for an app's first answer: what counts as one, who asks, and how often the engine is troubled."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from proxy.readiness import Patience, await_answer
from spaces.engines.base import InstanceSpec
from spaces.engines.fake import FakeEngine
from spaces.errors import StartFailed

HERE = "127.0.0.1"


class App:
    """Answers with the given statuses in turn, the last one for ever."""

    def __init__(self, *statuses: int) -> None:
        self.asked: list[str] = []
        app = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                app.asked.append(self.headers["User-Agent"])
                self.send_response(statuses[min(len(app.asked), len(statuses)) - 1])
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer((HERE, 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self) -> App:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def spec(port: int) -> InstanceSpec:
    return InstanceSpec(
        name="demodock-abc-s1-r1-g0",
        space_id=1,
        revision_id=1,
        image="sha256:x",
        command=(),
        env=(),
        port=port,
        cpus=1,
        memory=1 << 30,
        pids=100,
        network="demodock-abc-s1",
        subnet="10.213.0.0/28",
    )


def test_p57_an_app_that_answers_503_while_it_loads_is_waited_for():
    with App(503, 503, 404) as app:
        await_answer(FakeEngine(), spec(app.port), HERE, Patience(20))
    assert len(app.asked) == 3


def test_an_app_that_answered_a_visitor_is_not_asked_again():
    offered = []
    with App(200) as app:
        await_answer(FakeEngine(), spec(app.port), HERE, Patience(20), lambda *at: offered.append(at) or True)
    assert offered == [(HERE, app.port)] and app.asked == []


def test_p57_a_visitor_who_got_no_good_answer_asks_once_and_the_platform_goes_on():
    offered = []
    with App(503, 200) as app:
        await_answer(FakeEngine(), spec(app.port), HERE, Patience(20), lambda *at: offered.append(at) and False)
    assert len(offered) == 1 and app.asked == ["demodock-probe", "demodock-probe"]


def test_while_nobody_listens_no_visitor_asks_and_the_engine_is_left_alone():
    with App(200) as app:
        free = app.port
    engine, offered = FakeEngine(), []
    with pytest.raises(StartFailed) as failed:
        await_answer(engine, spec(free), HERE, Patience(0.8), lambda *at: offered.append(at) or True)
    assert failed.value.code == "timeout" and offered == []
    assert [verb for verb, _ in engine.calls if verb == "observe"] == []


def test_a_container_that_is_gone_is_noticed_though_nobody_refuses(monkeypatch):
    monkeypatch.setattr("proxy.quiet.CONNECT_SECONDS", 0.1)
    monkeypatch.setattr("proxy.readiness.LOOK_SECONDS", 0.05)
    with pytest.raises(StartFailed) as failed:
        await_answer(FakeEngine(), spec(80), "192.0.2.1", Patience(30))  # an address of nobody
    assert failed.value.code == "removed"


def test_an_app_is_asked_seldom_until_it_may_be_ready():
    slow = Patience(timeout=300, expected=4)
    assert [slow.pause(passed) for passed in (0, 3.3, 3.5, 14, 16)] == [0.05, 0.05, 0.005, 0.005, 0.1]
    assert Patience(300).pause(0) == 0.005
    assert Patience(300, expected=100).pause(20) == 0.1
