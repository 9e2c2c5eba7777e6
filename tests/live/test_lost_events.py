"""P61: the engine's events never arrive. What they would have told is seen by the sweep."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import Platform, running, tiny, wait

ENGINE = "/var/run/docker.sock"


class Deaf:
    """A socket in front of the engine's that breaks off whoever asks for events."""

    def __init__(self, path: Path) -> None:
        self.refused = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.listener.accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(ENGINE)
                for ends in ((visitor, engine, True), (engine, visitor, False)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if asks and data.startswith(b"GET ") and b"/events" in data.partition(b"\r\n")[0]:
                    self.refused += 1
                    source.shutdown(socket.SHUT_RDWR)
                    break
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[tuple[Platform, Deaf]]:
    path = tmp_path / "deaf.sock"
    between = Deaf(path)
    with running(DOCKER_HOST=f"unix://{path}") as platform:
        yield platform, between
    between.listener.close()


@pytest.mark.parametrize("hurt", ["kill", "remove"])
def test_p61_an_instance_that_ends_while_no_event_arrives_comes_back(deaf: tuple[Platform, Deaf], hurt: str):
    platform, between = deaf
    platform.push(tiny("heard"), "admin/deaf")
    platform.wait("admin/deaf")
    (container,) = platform.containers(running=True)
    container.kill() if hurt == "kill" else container.remove(force=True)
    wait(lambda: len(platform.containers(running=True)) == 1, 180, lambda: platform.tail(20))
    platform.wait("admin/deaf")
    assert platform.get("admin/deaf").text == "heard"
    assert between.refused, "the platform did ask for events"
