"""The store as the table of processes runs it: a password, a private socket, no port, and a memory."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis
from rq import Worker

from spaces import doorbell, processes

pytestmark = pytest.mark.live


@pytest.fixture
def store(place):
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        process = processes.valkey(place)
        started.append(subprocess.Popen(process.argv, stdout=subprocess.DEVNULL))
        deadline = time.monotonic() + 60
        while not process.ready():
            assert time.monotonic() < deadline and started[-1].poll() is None, "valkey never answered"
            time.sleep(0.02)
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_p87_the_store_has_no_default_credentials_and_no_port(place, store):
    process = store()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(unix_socket_path=doorbell.socket_path()).ping()
    password = place.secret("redis-password")
    assert password not in Path(f"/proc/{process.pid}/cmdline").read_text()
    assert stat.S_IMODE(place.path("run", "valkey.conf").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(doorbell.socket_path()).stat().st_mode) & 0o077 == 0
    assert doorbell.connection().config_get("port") == {"port": "0"}


def test_the_store_remembers_after_a_kill(place, store):
    first = store()
    doorbell.connection().set("demodock:test", "kept")
    doorbell.connection().execute_command("WAITAOF", 1, 0, 5000)
    first.kill()
    first.wait()
    store()
    doorbell.connection.cache_clear()
    assert doorbell.connection().get("demodock:test") == b"kept"


def test_a_builder_without_work_ends_when_it_is_told_to(place, store):
    store()
    environment = os.environ | {"DEMODOCK_DATA": str(place.data)}
    worker = subprocess.Popen([sys.executable, "-m", "builder.worker"], env=environment)
    try:
        deadline = time.monotonic() + 60
        while not any(found.get_state() == "idle" for found in Worker.all(doorbell.connection())):
            assert time.monotonic() < deadline and worker.poll() is None, "it never waited for work"
            time.sleep(0.02)
        worker.terminate()
        assert worker.wait(60) == 0
    finally:
        worker.kill()
