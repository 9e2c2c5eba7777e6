"""The supervisor with real processes: whatever happens to it, nobody is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from spaces.host import pidfile

pytestmark = pytest.mark.live


def until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.02)


def start(folder: Path, stubborn: str = "") -> tuple[subprocess.Popen[str], dict[str, int]]:
    argv = [sys.executable, "-m", "tests.live.supervised", str(folder), stubborn]
    parent = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    for line in parent.stdout:
        if line.startswith("ready "):
            return parent, json.loads(line.removeprefix("ready "))
    raise AssertionError("never ready")


def gone(pids: dict[str, int]) -> bool:
    return all(pidfile.identify(pid) is None for pid in pids.values())


def events(folder: Path) -> list[str]:
    return (folder / "events").read_text().splitlines()


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_polite_end_stops_the_front_first_and_the_store_last(tmp_path, sig):
    parent, pids = start(tmp_path)
    parent.send_signal(sig)
    assert parent.wait(60) == 0
    assert gone(pids)
    seen = events(tmp_path)
    assert seen[0] == "store up"
    assert sorted(seen[1:3]) == ["front up", "inner up"]
    assert seen[3:] == ["front SIGTERM", "inner SIGTERM", "store SIGTERM"]
    assert list((tmp_path / "run").glob("*.pid")) == []


def test_p48_kill_9_of_the_parent_leaves_no_process_behind(tmp_path):
    parent, pids = start(tmp_path)
    parent.kill()
    parent.wait()
    until(lambda: gone(pids), "the children die with their parent")
    assert "store SIGTERM" in events(tmp_path)


def test_a_child_that_ignores_its_signal_is_killed_in_the_end(tmp_path):
    parent, pids = start(tmp_path, "inner")
    parent.terminate()
    assert parent.wait(60) == 0
    assert gone(pids)
    assert events(tmp_path)[-2:] == ["inner SIGTERM", "store SIGTERM"]


def test_a_child_that_dies_starts_again(tmp_path):
    parent, pids = start(tmp_path)
    os.kill(pids["inner"], signal.SIGKILL)
    until(lambda: events(tmp_path).count("inner up") == 2, "inner starts again")
    parent.terminate()
    assert parent.wait(60) == 0


def test_orphans_of_a_killed_predecessor_are_ended_before_the_start(tmp_path):
    orphan = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    (tmp_path / "run").mkdir()
    pidfile.write(tmp_path / "run" / "store.pid", orphan.pid)
    parent, pids = start(tmp_path)
    assert orphan.wait(60) == -signal.SIGTERM
    parent.terminate()
    assert parent.wait(60) == 0


def test_logs_of_children_are_kept(tmp_path):
    parent, _ = start(tmp_path)
    parent.terminate()
    parent.wait(60)
    assert "hello from front" in (tmp_path / "logs" / "front.log").read_text()
