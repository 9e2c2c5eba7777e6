"""Asking an app through the edge, where the app is slow, large, nested, or not there."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from spaces import db, names
from spaces.interface import kept, reader
from spaces.interface.shape import Interface, Kind
from spaces.lifecycle import Stage
from tests.unit.people import a_space

INFO = {"named_endpoints": {"/greet": {"parameters": []}}}


@pytest.fixture
def edge(place, monkeypatch):
    """An app behind something that routes as the edge does; `answers` by path."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, dict(self.headers)))
            answer = made.answers.get(self.path)
            self.send_response(200 if answer is not None else 404)
            if made.routed:
                self.send_header(names.HEADER_ROUTE, "1")
            self.end_headers()
            for piece in answer if isinstance(answer, list) else [answer or b""]:
                try:
                    self.wfile.write(piece)
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05 if isinstance(answer, list) else 0)

        def log_message(self, *_: object) -> None:
            pass

    made = SimpleNamespace(answers={}, asked=[], routed=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(place, "port", server.server_port)
    yield made
    server.shutdown()
    server.server_close()


def test_it_asks_as_the_platform_for_the_spaces_host(edge, place):
    edge.answers = {"/gradio_api/info": json.dumps(INFO).encode(), "/gradio_api/mcp/schema": b"[]"}
    found = reader.ask(place, "alice-demo")
    assert (found.kind, found.prefix, found.tools) == (Kind.GRADIO, "/gradio_api", ())
    headers = edge.asked[0][1]
    assert headers["Host"] == f"alice-demo.localhost:{place.port}" and headers[names.HEADER_PROBE] == place.secret("probe-secret")  # fmt: skip


def test_older_gradio_and_fastapi_are_known_too_and_the_rest_tells_nothing(edge, place):
    edge.answers = {"/info": json.dumps(INFO).encode()}
    assert reader.ask(place, "x").prefix == ""
    edge.answers = {"/openapi.json": b'{"openapi": "3.1.0", "paths": {"/": {"get": {}}}}'}
    assert reader.ask(place, "x").kind == Kind.OPENAPI
    edge.answers = {}
    assert reader.ask(place, "x") == Interface()


def test_what_does_not_come_from_the_app_is_not_believed(edge, place):
    edge.routed, edge.answers = False, {"/info": json.dumps(INFO).encode()}
    assert reader.ask(place, "x") is None


@pytest.mark.parametrize("body", [b"[" * 200_000, b"\xff\xfe", b"{", b"x" * 5_000_000, [b" "] * 200])
def test_a_hostile_answer_is_no_answer_and_takes_bounded_time(edge, place, monkeypatch, body):
    monkeypatch.setattr(reader, "SECONDS", 1.0)
    edge.answers = dict.fromkeys(("/gradio_api/info", "/info", "/openapi.json"), body)
    began = time.monotonic()
    assert reader.ask(place, "x") == Interface()
    assert time.monotonic() - began < 3


def test_nobody_is_there(place, monkeypatch):
    monkeypatch.setattr(place, "port", 1)
    assert reader.ask(place, "x") is None


def test_a_sleeping_space_shows_what_it_told_and_is_not_asked(edge, place):
    edge.answers = {"/info": json.dumps(INFO).encode()}
    space = a_space(stage=Stage.RUNNING, revision_id=3)
    assert kept.look(space).interface.kind == Kind.GRADIO
    asked = len(edge.asked)
    assert kept.look(space).present and len(edge.asked) == asked, "not twice"
    assert kept.look(space, fresh=True).present and len(edge.asked) > asked
    with db.writing() as session:
        asleep = session.merge(space)
        asleep.stage, asleep.revision_id = Stage.SLEEPING, 4
    asked = len(edge.asked)
    told = kept.look(asleep, fresh=True)
    assert told.interface.endpoints and not told.present and len(edge.asked) == asked
    assert kept.look(a_space(name="never", stage=Stage.SLEEPING)) is None
