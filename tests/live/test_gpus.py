"""Two simulated GPUs, two people, four Spaces: reserved, waited for, asked back, handed over, and given back by whoever dies.

The tests go on from one another, as an afternoon would."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.chaos.nemesis import check_invariants, pid_of, rows
from tests.harness import Platform, running, tiny

WARN, GRACE, HOLD = 3, 14, 6
BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0"}


@pytest.fixture(scope="module")
def gpus() -> Iterator[Platform]:
    """A platform with two GPUs; alice and bob are guaranteed one each and may have both."""
    times = {"DEMODOCK_GPU_IDLE": "2", "DEMODOCK_GPU_WARN": str(WARN), "DEMODOCK_GPU_GRACE": str(GRACE)}
    with running(DEMODOCK_GPUS="sim:2xA100-80GB", DEMODOCK_HOLD=str(HOLD), **times) as platform:
        for name in ("alice", "bob"):
            assert platform.api("POST", "/api/admin/users", {"name": name}).status in (200, 201)
            guarantee(platform, name)
            for space in ("one", "two"):
                wanted = {
                    "type": "space",
                    "name": space,
                    "organization": name,
                    "sdk": "docker",
                    "hardware": "a100-large",
                }
                answer = platform.api("POST", "/api/repos/create", wanted)
                assert answer.status == 200, answer.text
        yield platform


def test_idle_borrower_sleeps_after_its_warning_for_whoever_is_guaranteed_a_gpu(gpus: Platform):
    for name in ("alice/one", "alice/two"):
        gpus.push(tiny(), name)
        gpus.wait(name)
    assert sorted(holders(gpus)) == ["alice/one", "alice/two"]
    assert visible(gpus) == {uuid for uuid, _ in held(gpus)}, "each instance is given what was reserved for it"
    gpus.push(tiny(), "bob/one")
    gpus.wait_for(lambda: gpus.runtime("bob/one").get("phase") == "waiting_for_gpu")
    assert gpus.runtime("bob/one")["queue"]["place"] == 1
    page = gpus.get("bob/one", headers=BROWSER)
    assert page.status == 503 and "Number 1 of 1 in line" in page.text
    gpus.wait("bob/one", seconds=60)
    (left,) = [name for name in holders(gpus) if name.startswith("alice/")]
    (slept,) = {"alice/one", "alice/two"} - {left}
    runtime = gpus.wait(slept, "SLEEPING")
    assert runtime["reason"]["code"] == "gpu_idle" and "bob waited" in runtime["reason"]["message"]
    told = audit(gpus)
    assert told[-3:] == [("gpu.warn", slept), ("gpu.reclaim", slept), ("gpu.grant", "bob/one")]
    assert told.count(("gpu.grant", slept)) == 1 and seconds_between(gpus, "gpu.warn", "gpu.reclaim") >= WARN


def test_a_borrower_in_use_keeps_its_gpu_until_its_grace_is_over(gpus: Platform):
    for name in holders(gpus):
        if name.startswith("alice/"):
            assert gpus.api("POST", f"/api/spaces/{name}/sleep").status == 200
            gpus.wait(name, "SLEEPING")
    gpus.push(tiny(), "bob/two")
    gpus.wait("bob/two")
    with visited(gpus, "bob/one", "bob/two"):
        held_up = gpus.get("alice/one", headers={"Accept": "*/*"})  # held for a while, then told
        assert held_up.status == 503 and int(held_up.headers["retry-after"]) >= 5
        assert json.loads(held_up.body)["queue"]["place"] == 1
        assert sorted(holders(gpus)) == ["bob/one", "bob/two"], "in use: kept beyond the warning"
        gpus.wait("alice/one", seconds=GRACE + 45)
    assert len([name for name in holders(gpus) if name.startswith("bob/")]) == 1
    (slept,) = {"bob/one", "bob/two"} - set(holders(gpus))
    told = rows(gpus, f"SELECT after FROM auditentry WHERE action = 'gpu.reclaim' AND subject = '{slept}'")
    assert json.loads(told[-1][0]) == {"for": "alice/one", "in_use": True}
    assert seconds_between(gpus, "gpu.warn", "gpu.reclaim") >= GRACE


def test_a_space_that_sleeps_has_given_its_gpu_back_and_waking_it_queues_waits_starts_and_serves(gpus: Platform):
    (sleeping,) = {"bob/one", "bob/two"} - set(holders(gpus))
    gpus.api("POST", f"/api/spaces/{sleeping}/sleep")  # its visitors have woken it, and it waits again
    gpus.wait(sleeping, "SLEEPING")
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(until_served(gpus, sleeping)))
    waiting.start()
    gpus.wait_for(lambda: gpus.runtime(sleeping).get("phase") == "waiting_for_gpu")
    late = []
    assert gpus.api("POST", "/api/spaces/alice/one/sleep").status == 200
    begun = None
    while "alice/one" in holders(gpus) or begun is None:
        stage = gpus.runtime("alice/one")["stage"]
        begun = begun or (time.monotonic() if stage == "SLEEPING" else None)
        if begun and "alice/one" in holders(gpus):
            late.append(time.monotonic() - begun)
    assert not late or late[-1] < 2, "asleep, and free two seconds later at the latest"
    waiting.join(90)
    assert answers == ["one"]
    assert sorted(holders(gpus)) == ["bob/one", "bob/two"]


def test_a_redeploy_on_a_full_cluster_hands_the_gpu_over_and_back_where_it_fails(gpus: Platform):
    before = set(held(gpus))
    told = gpus.push(tiny("new"), "bob/one")
    assert "GPU" in told and "gap" in told
    gpus.wait_for(lambda: until_served(gpus, "bob/one") == "new")
    gpus.wait("bob/one")
    assert set(held(gpus)) == before
    gpus.push(tiny("broken", **{"app.py": "raise SystemExit('no good')\n"}), "bob/one")
    gpus.wait_for(lambda: (gpus.runtime("bob/one").get("reason") or {}).get("code") == "deploy_failed")
    gpus.wait("bob/one")
    assert until_served(gpus, "bob/one") == "new" and set(held(gpus)) == before
    assert len(visible(gpus)) == 2


def test_p50_a_controller_killed_between_reservation_and_start_leaves_no_gpu_behind(gpus: Platform):
    for name in ("bob/one", "bob/two"):
        assert gpus.api("POST", f"/api/spaces/{name}/sleep").status == 200
        gpus.wait(name, "SLEEPING")
    assert holders(gpus) == []
    assert gpus.api("POST", "/api/spaces/bob/one/wake").status == 200
    until = time.monotonic() + 30
    while not held(gpus) and time.monotonic() < until:
        time.sleep(0.002)
    os.kill(pid_of(gpus, "controller"), signal.SIGKILL)
    assert gpus.api("POST", "/api/spaces/bob/two/pause").status == 200
    gpus.wait("bob/one", seconds=120)
    assert holders(gpus) == ["bob/one"] and until_served(gpus, "bob/one") == "new"
    check_invariants(gpus)


# -- parts


def guarantee(platform: Platform, name: str) -> None:
    with sqlite3.connect(platform.data / "demodock.db", timeout=30) as connection:
        owner = connection.execute("SELECT id FROM owner WHERE name = ?", (name,)).fetchone()[0]
        connection.execute(
            "INSERT INTO quota (owner_id, guarantee, gpus, changed_at) VALUES (?, 1, 2, datetime('now'))", (owner,)
        )


def held(platform: Platform) -> list[tuple[str, str]]:
    """Device and Space of each reservation."""
    return rows(
        platform,
        "SELECT r.device, o.name || '/' || s.name FROM reservation r JOIN space s ON s.id = r.space_id "
        "JOIN owner o ON o.id = s.owner_id",
    )


def holders(platform: Platform) -> list[str]:
    return [name for _, name in held(platform)]


def visible(platform: Platform) -> set[str]:
    """The devices that running instances were told of."""
    found = []
    for container in platform.containers("instance", running=True):
        variables = dict(entry.partition("=")[::2] for entry in container.attrs["Config"]["Env"])
        found += variables["NVIDIA_VISIBLE_DEVICES"].split(",")
    assert len(found) == len(set(found)), f"a device twice: {found}"
    return set(found)


def audit(platform: Platform) -> list[tuple[str, str]]:
    return rows(
        platform, "SELECT action, subject FROM auditentry WHERE kind = 'space' AND action LIKE 'gpu.%' ORDER BY id"
    )


def seconds_between(platform: Platform, first: str, then: str) -> float:
    """From the last line with the one action to the last with the other."""
    with sqlite3.connect(f"file:{platform.data / 'demodock.db'}?mode=ro", uri=True, timeout=30) as connection:
        query = "SELECT (julianday(max(b.at)) - julianday(max(a.at))) * 86400 FROM auditentry a, auditentry b WHERE a.action = ? AND b.action = ?"
        return connection.execute(query, (first, then)).fetchone()[0]


def until_served(platform: Platform, name: str, seconds: float = 90) -> str:
    """What a patient program gets in the end."""
    until = time.monotonic() + seconds
    while (answer := platform.get(name)).status != 200:
        assert answer.status == 503 and time.monotonic() < until, answer.text
    return answer.text


@contextmanager
def visited(platform: Platform, *names: str) -> Iterator[None]:
    """Somebody uses the Spaces all the while."""
    over, hosts = threading.Event(), [platform.host(name) for name in names]

    def visit(host: str) -> None:
        while not over.wait(0.3):
            with suppress(OSError):
                platform.request("GET", host)

    threads = [threading.Thread(target=visit, args=(host,), daemon=True) for host in hosts]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(HOLD + 20)  # a visit that is held up would wake its Space later
