"""Killing any process at any moment loses no Space, commit or build, and everything converges by itself."""

from __future__ import annotations

import http.client
import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest
import redis

from spaces.host import engine
from tests.chaos.nemesis import VICTIMS, check_invariants, kill, pid_of, restart_engine, rows
from tests.harness import Platform, tiny, wait


@pytest.fixture(scope="module")
def demo(platform: Platform) -> str:
    platform.push(tiny("v0"), "admin/chaos")
    platform.wait("admin/chaos")
    return "admin/chaos"


@pytest.mark.parametrize("victim", VICTIMS)
def test_p44_killing_a_process_during_a_push_publishes_it_exactly_once(platform: Platform, demo: str, victim: str):
    version = f"push-{victim}"
    platform.push(tiny(version), demo)
    time.sleep(random.uniform(0, 1.5))
    kill(platform, victim)
    wait(lambda: answer(platform, demo) == version, 400, lambda: state(platform, demo))
    check_invariants(platform)


@pytest.mark.parametrize("victim", VICTIMS)
def test_killing_a_process_during_a_wake_still_wakes_it(platform: Platform, demo: str, victim: str):
    wait(lambda: platform.api("POST", f"/api/spaces/{demo}/sleep", {}).status == 200, 120)
    platform.wait(demo, "SLEEPING")
    visitor = threading.Thread(target=answer, args=(platform, demo))
    visitor.start()
    time.sleep(random.uniform(0, 0.8))
    kill(platform, victim)
    visitor.join()
    wait(lambda: answer(platform, demo) is not None, 300, lambda: state(platform, demo))
    check_invariants(platform)


def test_p46_a_wiped_queue_loses_no_build(platform: Platform, demo: str):
    password = (platform.data / "redis-password").read_text().strip()
    store = redis.Redis(unix_socket_path=str(platform.data / "run" / "valkey.sock"), password=password)
    platform.push(tiny("wiped"), demo)
    store.flushall()
    wait(lambda: answer(platform, demo) == "wiped", 400, lambda: state(platform, demo))
    check_invariants(platform)


@pytest.mark.parametrize("hurt", ["kill", "pause", "remove"])
def test_p62_an_instance_hurt_by_hand_comes_back(platform: Platform, demo: str, hurt: str):
    for container in platform.containers(running=True):
        container.remove(force=True) if hurt == "remove" else getattr(container, hurt)()
    wait(lambda: answer(platform, demo) is not None, 240, lambda: state(platform, demo))
    check_invariants(platform)


def test_p63_garbage_among_the_routes_stops_no_update(platform: Platform, demo: str):
    routes = platform.data / "edge" / "routes"
    (routes / "zz.yaml").write_text("http:\n  routers: [")
    (routes / "space-999999.yaml").write_text("")
    platform.push(tiny("clean"), demo)
    wait(lambda: answer(platform, demo) == "clean", 300, lambda: state(platform, demo))
    assert not (routes / "zz.yaml").exists()


@pytest.mark.skipif(engine.SYSTEMD.is_dir(), reason="this machine's engine belongs to systemd, and to its people")
@pytest.mark.parametrize("moment", ["push", "wake"])
def test_the_engine_killed_at_any_moment_loses_nothing(platform: Platform, demo: str, moment: str):
    wanted = answer(platform, demo)
    if moment == "push":
        wanted = "engine"
        platform.push(tiny(wanted), demo)
    else:
        wait(lambda: platform.api("POST", f"/api/spaces/{demo}/sleep", {}).status == 200, 120)
        platform.wait(demo, "SLEEPING")
        threading.Thread(target=answer, args=(platform, demo)).start()
    time.sleep(random.uniform(0, 1))
    restart_engine()
    wait(lambda: answer(platform, demo) == wanted, 400, lambda: state(platform, demo))
    check_invariants(platform)


def test_a_killed_supervisor_leaves_nothing_behind_and_loses_nothing(platform: Platform, demo: str):
    before = answer(platform, demo)
    children = [pid_of(platform, name) for name in VICTIMS]
    assert platform.process is not None
    os.kill(platform.process.pid, signal.SIGKILL)
    platform.process.wait()
    wait(lambda: not any(map(alive, children)), 180, lambda: f"left behind: {children}")
    wait(lambda: not platform.containers(running=True), 180)
    commits = rows(platform, "SELECT head FROM space")
    platform.start()
    wait(lambda: answer(platform, demo) == before, 300, lambda: state(platform, demo))
    assert rows(platform, "SELECT head FROM space") == commits
    check_invariants(platform)


def answer(platform: Platform, name: str) -> str | None:
    """What the Space says now; None where it, or the platform, does not."""
    try:
        got = platform.get(name, timeout=60)
    except (OSError, ValueError, KeyError, http.client.HTTPException):  # cut by the kill
        return None
    return got.text if got.status == 200 else None


def state(platform: Platform, name: str) -> str:
    return f"{platform.runtime(name)}\n{platform.tail(20)}"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
