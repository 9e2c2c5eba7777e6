"""Valkey hangs, then nobody gets through to the engine: pages say so, stay useful, and hear of changes as soon as there are some."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.nemesis import pid_of
from tests.harness import Platform, running, tiny

ENGINE = "/var/run/docker.sock"
READER = {"Accept": "text/html", "Accept-Language": "en"}
NAME = "admin/there"


class Way:
    """A socket in front of the engine's, which can be cut."""

    def __init__(self, path: Path) -> None:
        self.cut = False
        self.ends: list[socket.socket] = []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_off(self) -> None:
        self.cut = True
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.cut, self.ends = False, []

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.listener.accept()
                if self.cut:
                    visitor.close()
                    continue
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(ENGINE)
                self.ends += [visitor, engine]
                for ends in ((visitor, engine), (engine, visitor)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def severable(tmp_path: Path) -> Iterator[tuple[Platform, Way]]:
    way = Way(tmp_path / "engine.sock")
    with running(DOCKER_HOST=f"unix://{tmp_path / 'engine.sock'}") as platform:
        yield platform, way
    way.listener.close()


def page(platform: Platform, path: str = "/") -> str:
    """A page of the control host, which is to be there whatever is away."""
    answer = platform.request("GET", f"localhost:{platform.port}", path, headers=READER)
    assert answer.status == 200, answer.text
    return answer.text


def test_pages_say_what_is_away_and_stay_useful_until_it_is_back(severable: tuple[Platform, Way]):
    platform, way = severable
    platform.push(tiny(), NAME)
    platform.wait(NAME)
    platform.wait_for(lambda: 'class="trouble"' not in page(platform))

    valkey = pid_of(platform, "valkey")
    os.kill(valkey, signal.SIGSTOP)
    try:
        platform.wait_for(lambda: "Redis does not answer" in page(platform), 60)
        assert NAME in page(platform) and "<iframe" in page(platform, f"/spaces/{NAME}")
        assert platform.get(NAME).text == "one"
    finally:
        os.kill(valkey, signal.SIGCONT)
    platform.wait_for(lambda: 'class="trouble"' not in page(platform), 60)

    way.cut_off()
    platform.wait_for(lambda: "The container engine does not answer" in page(platform), 90)
    assert NAME in page(platform) and "<iframe" in page(platform, f"/spaces/{NAME}")
    assert platform.get(NAME).text == "one", "a route that is there needs no engine"
    way.mend()
    platform.wait_for(lambda: 'class="trouble"' not in page(platform), 90)
    assert platform.api("POST", f"/api/spaces/{NAME}/sleep").status == 200
    platform.wait(NAME, "SLEEPING")
    assert "Sleeping" in page(platform)
