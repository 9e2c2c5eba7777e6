"""P53: a redeploy that nobody notices, tried on the API sample: steady requests, a slow one, and an open WebSocket."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.harness import ROOT, Platform, wait

SAMPLE = ROOT / "sample_spaces" / "api"
SPACE = "admin/redeployed"
REDEPLOYS = 3
GOING_AWAY = {1001, 1012}
"""What an orderly end looks like: 1001 (going away), or 1012 (service restart), which uvicorn says."""


def files(version: int) -> dict[str, str | bytes]:
    """The sample, whose hello tells its version."""
    found: dict[str, str | bytes] = {path.name: path.read_bytes() for path in SAMPLE.iterdir() if path.is_file()}
    found["app.py"] = Path(SAMPLE, "app.py").read_text().replace('"hello":', f'"version": {version}, "hello":')
    return found


def version(platform: Platform) -> int | None:
    answer = platform.get(SPACE)
    return answer.json().get("version") if answer.status == 200 else None


@contextmanager
def visitors(platform: Platform, host: str, count: int = 4) -> Iterator[Counter[int]]:
    """Visitors who come again and again; counts what they were answered. 0 stands for a broken connection."""
    seen: Counter[int] = Counter()
    leave = threading.Event()

    def visit() -> None:
        while not leave.is_set():
            try:
                seen[platform.request("GET", host, "/", timeout=60).status] += 1
            except OSError:
                seen[0] += 1
            time.sleep(0.02)

    threads = [threading.Thread(target=visit) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        leave.set()
        for thread in threads:
            thread.join()


def redeploy(platform: Platform, host: str, number: int) -> None:
    """Pushes another version while a WebSocket is open and a slow request is under way, and looks how both end."""
    slow: list[int] = []
    patient = threading.Thread(
        target=lambda: slow.append(platform.request("GET", host, "/slow?seconds=20", timeout=120).status)
    )
    with connect(f"ws://{host}/ws") as socket:
        socket.send("before")
        assert socket.recv(timeout=30) == "before"
        platform.push(files(number), SPACE)
        wait(
            lambda: platform.runtime(SPACE)["stage"] == "RUNNING_APP_STARTING" or version(platform) == number,
            seconds=600,
        )
        patient.start()
        wait(lambda: version(platform) == number, seconds=300)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                socket.recv(timeout=120)
    patient.join()
    assert slow == [200], "the slow request was cut"
    assert closed.value.rcvd is not None and closed.value.rcvd.code in GOING_AWAY
    platform.wait(SPACE)


@pytest.mark.timeout(2400)
def test_p53_a_redeploy_fails_no_request_finishes_slow_ones_and_ends_sockets_in_order(platform: Platform):
    platform.push(files(0), SPACE)
    platform.wait(SPACE, seconds=1200)
    host = platform.host(SPACE)
    with visitors(platform, host) as seen:
        for number in range(1, REDEPLOYS + 1):
            redeploy(platform, host, number)
    assert set(seen) == {200}, f"{REDEPLOYS} redeploys under load: {dict(seen)}"
    assert sum(seen.values()) > 50


@pytest.mark.timeout(1200)
def test_p53_a_failing_build_is_not_noticed_by_visitors_either(platform: Platform):
    if platform.runtime(SPACE)["stage"] is None:
        platform.push(files(1), SPACE)
    platform.wait(SPACE, seconds=1200)
    before = version(platform)
    with visitors(platform, platform.host(SPACE)) as seen:
        platform.push(files(99) | {"Dockerfile": "FROM python:3.11-slim\nRUN exit 3\n"}, SPACE)
        wait(lambda: (platform.runtime(SPACE).get("reason") or {}).get("code") is not None, 600)
    assert version(platform) == before
    assert set(seen) == {200}
