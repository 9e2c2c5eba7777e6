"""A part of the platform is away: pages say which, in one line with what it means, and are as useful as before."""

from __future__ import annotations

import threading

import pytest

from spaces import db, doorbell, health, names
from spaces.lifecycle import Phase, Stage
from spaces.settings import get_settings
from tests.unit.people import a_space
from tests.unit.web.test_events import change, listening, until

NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def all_there(place, monkeypatch):
    """Every part answers, as far as the pages' watch can tell."""
    monkeypatch.setattr(health, "PARTS", {**health.PARTS, "redis": lambda: True})
    health.engine_answers(True)
    yield
    health.watch.stop()


@pytest.fixture
def without_redis(place, monkeypatch):
    monkeypatch.setenv("DEMODOCK_REDIS_URL", NOBODY_THERE)
    for cached in (get_settings, doorbell.connection):
        cached.cache_clear()
    yield
    health.watch.stop()


def line(text: str) -> str:
    """What the line above the page says."""
    return text.partition('class="trouble"')[2].partition(">")[2].partition("<")[0]


def test_without_redis_pages_are_there_and_say_what_it_means(without_redis, browser):
    a_space("alice", "demo", sdk="static", stage=Stage.RUNNING)
    health.watch.look()
    for path in ("/", "/spaces/alice/demo", "/alice", "/login"):
        shown = browser.get(path)
        assert shown.status_code == 200 and line(shown.text).startswith("Redis does not answer: builds wait"), path
    assert "alice/demo" in browser.get("/").text and "<iframe" in browser.get("/spaces/alice/demo").text
    assert line(browser.get(f"/?{names.PARAMETER_LANGUAGE}=zh").text).startswith("Redis 没有响应")
    assert browser.get("/readyz").json()["parts"]["redis"] == "does not answer"


def test_without_redis_live_pages_hear_of_changes_all_the_same(without_redis, server):
    space = a_space("alice", "demo", stage=Stage.RUNNING, phase=Phase.SERVING)
    with listening(server, "alice/demo") as told:
        until(told, (f"stage-{space.id}", "Running"))
        change(space, Stage.SLEEPING, Phase.IDLE)
        until(told, (f"stage-{space.id}", "Sleeping"))


def test_an_engine_that_does_not_answer_is_told_until_it_does(all_there, browser):
    health.watch.look()
    assert line(browser.get("/").text) == "" == line(browser.get("/events/trouble").text)
    assert 'hx-get="/events/trouble"' in browser.get("/").text  # opened while all is well, it asks too
    health.engine_answers(False)
    health.watch.look()
    assert line(browser.get("/").text).startswith("The container engine does not answer")
    assert 'hx-trigger="every 5s"' in browser.get("/events/trouble").text
    assert browser.get("/readyz").json()["parts"]["engine"] == "does not answer"
    health.engine_answers(True)
    health.watch.look()
    assert line(browser.get("/").text) == "" == line(browser.get("/events/trouble").text)


def test_a_lease_that_nobody_ever_took_is_not_missed_and_one_that_ran_out_is(all_there):
    health.watch.look()
    assert health.watch.away == ()
    assert health.held(health.CONTROLLER) is None and health.held(health.ENGINE)
    db.acquire(health.CONTROLLER, "somebody", 0)
    health.watch.look()
    assert health.watch.away == ("controller",)
    health.engine_answers(False)
    health.watch.look()
    assert health.watch.away == ("engine", "controller")
    health.forget_engine()
    assert health.held(health.ENGINE) is None


def test_a_watch_that_was_stopped_while_it_asked_says_nothing_any_more(place, monkeypatch):
    watch = health.Watch()
    asked, go_on = threading.Event(), threading.Event()

    def slow() -> bool:
        asked.set()
        go_on.wait(30)
        return False

    monkeypatch.setattr(health, "PARTS", {"redis": slow})
    monkeypatch.setattr(health, "EVERY", 0.01)
    watch.start()
    asked.wait(30)
    watch.stop()
    go_on.set()
    watch._looking.join(30)
    assert watch.away == ()


def test_a_watch_that_is_started_twice_and_stopped_once_asks_nobody_any_more(place, monkeypatch):
    monkeypatch.setattr(health, "PARTS", {"redis": lambda: True})
    monkeypatch.setattr(health, "EVERY", 0.01)
    before, watch = threading.active_count(), health.Watch()
    watch.start()
    watch.start()
    watch.stop()
    assert threading.active_count() == before
