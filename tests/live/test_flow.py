"""The main thread: push, URL, redeploy, failure, rollback, freeze, sleep, wake, delete. Everything real."""

from __future__ import annotations

import subprocess
import threading
import time

import docker
import pytest

from tests.harness import Platform, tiny, wait


@pytest.fixture(scope="module")
def demo(platform: Platform) -> str:
    """A Space that runs."""
    told = platform.push(tiny(), "admin/flow")
    assert "Build #1" in told and "admin-flow" in told
    platform.wait("admin/flow")
    return "admin/flow"


def test_a_pushed_app_answers_at_its_url(platform: Platform, demo: str):
    answer = platform.get(demo)
    assert (answer.status, answer.text) == (200, "one")


def test_p53_a_code_only_push_replaces_it_without_a_failed_request(platform: Platform, demo: str):
    host, seen, over = platform.host(demo), [], threading.Event()

    def visit() -> None:
        while not over.is_set():
            answer = platform.request("GET", host)
            seen.append((answer.status, answer.text))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    try:
        platform.push(tiny("two"), demo)
        wait(lambda: "two" in {text for _, text in seen[-4:]}, 300, lambda: str(platform.runtime(demo)))
        time.sleep(4)  # while the old one drains
    finally:
        over.set()
        for visitor in visitors:
            visitor.join()
    assert {status for status, _ in seen} == {200}
    texts = [text for _, text in seen]
    assert set(texts) == {"one", "two"}
    assert set(texts[-4:]) == {"two"}, "once it took over, the old one is not seen again"


def test_p51_a_broken_push_leaves_it_serving_and_says_what_to_do(platform: Platform, demo: str):
    before = platform.get(demo).text
    broken = tiny("three", Dockerfile="FROM python:3.11-slim\nRUN python -c 'raise SystemExit(\"no luck\")'\n")
    platform.push(broken, demo)
    wait(
        lambda: (platform.runtime(demo).get("reason") or {}).get("code") not in (None, "visit", "idle"),
        300,
        lambda: str(platform.runtime(demo)),
    )
    runtime = platform.wait(demo, "RUNNING")
    assert "no luck" in str(runtime["reason"]) and runtime["reason"]["hint"]
    assert platform.get(demo).text == before


def test_p51_an_app_that_dies_at_its_start_leaves_the_old_one_serving(platform: Platform, demo: str):
    before = platform.get(demo).text
    platform.push(tiny("four", **{"app.py": "raise SystemExit('no good')\n"}), demo)
    wait(
        lambda: (platform.runtime(demo).get("reason") or {}).get("code") == "deploy_failed",
        300,
        lambda: str(platform.runtime(demo)),
    )
    runtime = platform.wait(demo, "RUNNING")
    assert "no good" in str(runtime["reason"])
    assert platform.get(demo).text == before


def test_a_rollback_is_one_call_and_builds_nothing(platform: Platform, demo: str):
    builds = platform.api("GET", f"/api/spaces/{demo}/builds").json()
    before = platform.get(demo).text
    assert platform.api("POST", f"/api/spaces/{demo}/rollback", {}).status == 200
    wait(lambda: platform.get(demo).text != before, 180, lambda: str(platform.runtime(demo)))
    assert platform.get(demo).text == "one"
    assert platform.api("GET", f"/api/spaces/{demo}/builds").json() == builds


def test_a_secret_reaches_the_app_by_a_redeploy_and_never_comes_back(platform: Platform, demo: str):
    secret = "s3cret-Ünicode"
    assert platform.api("POST", f"/api/spaces/{demo}/secrets", {"key": "MY_SECRET", "value": secret}).status == 200
    assert secret not in platform.api("GET", f"/api/spaces/{demo}/secrets").text

    def told() -> bool:
        running = platform.containers("instance", running=True)
        return any(f"MY_SECRET={secret}" in c.attrs["Config"]["Env"] for c in running)

    wait(told, 180)
    platform.wait(demo)
    assert platform.get(demo).status == 200


def test_a_sleeping_space_wakes_for_curl_which_is_held(platform: Platform, demo: str):
    assert platform.api("POST", f"/api/spaces/{demo}/sleep", {}).status == 200
    platform.wait(demo, "SLEEPING")
    time.sleep(6)  # longer than a sweep takes to come round
    (asleep,) = platform.containers("instance")
    assert asleep.status == "exited", "a sleeping Space keeps its container, which starts quicker than a new one"
    held = subprocess.run(
        ["curl", "-sS", "--max-time", "60", "-H", f"Host: {platform.host(demo)}", f"http://127.0.0.1:{platform.port}/"],
        capture_output=True,
        text=True,
    )
    assert held.stdout == "one", held
    assert [each.id for each in platform.containers("instance")] == [asleep.id]
    platform.wait(demo)  # the visitor has the answer before the row does


def test_a_browser_sees_the_wake_page_and_then_the_app(platform: Platform, demo: str):
    platform.api("POST", f"/api/spaces/{demo}/sleep", {})
    platform.wait(demo, "SLEEPING")
    browser = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0"}
    first = platform.get(demo, headers=browser)
    assert first.status == 503 and "retry-after" in first.headers and "no-store" in first.headers["cache-control"]
    wait(lambda: platform.get(demo, headers=browser).status == 200, 180)


def test_p54_a_hundred_visitors_of_a_sleeping_space_start_it_once(platform: Platform, demo: str):
    platform.api("POST", f"/api/spaces/{demo}/sleep", {})
    platform.wait(demo, "SLEEPING")
    host, answers = platform.host(demo), []
    engine = docker.from_env()
    begun = time.time_ns()
    visitors = [
        threading.Thread(target=lambda: answers.append(platform.request("GET", host).status)) for _ in range(100)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    filters = {"event": "start", "label": platform.mark}
    told = engine.events(since=begun // 10**9, until=int(time.time()) + 1, decode=True, filters=filters)
    starts = [event for event in told if event["timeNano"] >= begun]
    assert sorted(answers) == [200] * 100
    assert len(starts) == 1


def test_a_paused_space_is_woken_by_no_visit_but_by_its_owner(platform: Platform, demo: str):
    assert platform.api("POST", f"/api/spaces/{demo}/pause").status == 200
    platform.wait(demo, "PAUSED")
    wait(lambda: platform.get(demo).status == 503, 120, lambda: "visitors still reach it")
    time.sleep(1)
    assert platform.get(demo).status == 503
    assert platform.runtime(demo)["stage"] == "PAUSED"
    assert platform.api("POST", f"/api/spaces/{demo}/restart").status == 200
    platform.wait(demo)
    assert platform.get(demo).text == "one"


def test_p70_an_app_that_crashes_comes_back(platform: Platform, demo: str):
    host = platform.host(demo)
    with pytest.raises(Exception, match=".*"):
        answer = platform.request("GET", host, "/crash")
        assert answer.status < 500
    wait(lambda: platform.request("GET", host).status == 200, 180)
    events = platform.api("GET", f"/api/spaces/{demo}/runtime").json()
    assert events["stage"] == "RUNNING"


def test_p62_a_container_removed_by_hand_comes_back(platform: Platform, demo: str):
    for container in platform.containers("instance", running=True):
        container.remove(force=True)
    wait(lambda: platform.get(demo).status == 200, 180, lambda: str(platform.runtime(demo)))


def test_an_idle_space_freezes_then_sleeps_and_a_visit_thaws_it(platform: Platform):
    name = "admin/idle"
    platform.push(tiny("idle"), name)
    platform.wait(name)
    assert platform.api("POST", f"/api/spaces/{name}/sleeptime", {"seconds": 3600}).status == 200
    platform.api("POST", f"/api/spaces/{name}/freezetime", {"seconds": 3})
    wait(lambda: platform.runtime(name)["phase"] == "frozen", 180, lambda: str(platform.runtime(name)))
    assert platform.runtime(name)["stage"] == "RUNNING"
    assert platform.get(name).text == "idle"
    assert platform.runtime(name)["phase"] != "frozen"
    assert platform.api("POST", f"/api/spaces/{name}/sleeptime", {"seconds": 4}).status == 200
    platform.wait(name, "SLEEPING", seconds=60)


def test_visits_to_an_app_that_closes_every_connection_keep_it_awake(platform: Platform):
    name = "admin/curt"
    app = tiny("curt")
    app["app.py"] = app["app.py"].replace("HTTP/1.1", "HTTP/1.0")
    platform.push(app, name)
    platform.wait(name)
    platform.api("POST", f"/api/spaces/{name}/freezetime", {"seconds": 8})
    until, phases = time.monotonic() + 24, set()
    while time.monotonic() < until:
        assert platform.get(name).text == "curt"
        phases.add(platform.runtime(name)["phase"])
        time.sleep(1.3)
    assert "frozen" not in phases
    wait(lambda: platform.runtime(name)["phase"] == "frozen", 180, lambda: str(platform.runtime(name)))


def test_p52_deleted_means_gone(platform: Platform, demo: str):
    name = "admin/gone"
    platform.push(tiny("gone"), name)
    platform.wait(name)
    host = platform.host(name)
    before = {c.name for c in platform.containers()}
    assert (
        platform.api("DELETE", "/api/repos/delete", {"name": "gone", "organization": "admin", "type": "space"}).status
        == 200
    )
    assert platform.runtime(name)["status"] == 404
    wait(lambda: len({c.name for c in platform.containers()}) < len(before), 180)
    assert platform.request("GET", host).status == 404
