"""One Space does its worst; only that one suffers, and its neighbour goes on answering."""

from __future__ import annotations

import threading
import time

import pytest

from spaces.engines.base import ContainerState
from spaces.engines.docker import DockerEngine
from spaces.settings import Settings
from tests import guinea

SLOWEST = 60.0
"""Seconds within which a neighbour must answer, however busy the machine of the test is."""

ABUSES = {
    # its children keep silent: all of them hold the socket that the answer comes over
    "forks": "[__import__('os').fork() or __import__('time').sleep(99) for _ in iter(int, 1)]",
    "memory": "b'x' * (1 << 30)",
    "shared memory": "open('/dev/shm/flood', 'wb').write(b'x' * (1 << 30))",
    "files": "[open('/dev/null') for _ in range(100_000)]",
    "threads": "[__import__('threading').Thread(target=__import__('time').sleep, args=(99,)).start() for _ in range(1000)]",
}
BOUNDED = {
    "forks": ("BlockingIOError",),
    "memory": ("MemoryError",),
    "shared memory": ("No space left", "MemoryError"),
    "files": ("Too many open files",),
    "threads": ("can't start new thread",),
}
"""How the app learns of its bound, where the kernel does not end it."""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("abuse"))


@pytest.fixture(scope="module")
def engine(place):
    engine = DockerEngine(place)
    yield engine
    guinea.clean(place)


@pytest.fixture(scope="module")
def neighbour(engine, place):
    seen = engine.launch(guinea.make_spec(place, guinea.base_image(), space_id=2))
    guinea.ask(seen)
    return seen


@pytest.mark.parametrize("abuse", ABUSES)
def test_p20_only_the_offender_suffers(engine, place, neighbour, abuse):
    spec = guinea.make_spec(place, guinea.base_image(), memory=96 << 20, pids=48, cpus=0.5)
    seen = engine.launch(spec)
    guinea.ask(seen)
    waits: list[float] = []
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            began = time.monotonic()
            guinea.ask(neighbour)
            waits.append(time.monotonic() - began)
            over.wait(0.1)

    visitor = threading.Thread(target=visit, daemon=True)
    visitor.start()
    try:
        said = guinea.evaluate(seen, ABUSES[abuse], timeout=120)
    except OSError as error:
        said = f"no answer: {error}"
    finally:
        over.set()
        visitor.join(120)
    (after,) = engine.observe(spec.name)
    died = after.state == ContainerState.EXITED
    assert died or said.startswith("no answer") or any(sign in said for sign in BOUNDED[abuse]), said
    assert waits and max(waits) < SLOWEST
    assert engine.observe(neighbour.name)[0] == neighbour
    engine.remove(spec.name)


def test_p20_running_out_of_memory_is_told_as_such(engine, place, neighbour):
    hungry = "a = []\nwhile True: a.append(bytearray(1 << 20))"
    spec = guinea.make_spec(place, guinea.base_image(), memory=48 << 20, command=("python3", "-c", hungry))
    engine.launch(spec)
    ended = guinea.until(
        lambda: [each for each in engine.observe(spec.name) if each.state == ContainerState.EXITED], 60
    )[0]
    assert (ended.oom_killed, ended.exit_code) == (True, 137)
    assert engine.observe(neighbour.name)[0].state == ContainerState.RUNNING
