"""Health in the console: every part says how it is and how to mend it; the page is there when others are not."""

from __future__ import annotations

import datetime as dt

import pytest

from spaces import db, doorbell, health, jobs
from spaces.gpus.devices import DeviceState
from spaces.host import engine, ports, pulse
from spaces.host.pulse import LOOKS
from spaces.host.versions import Verdict
from spaces.jobs import Builder
from spaces.models import GpuDevice, Lease
from spaces.models.types import now
from spaces.settings import get_settings
from spaces.web.words import WORDS
from tests.unit.people import a_space

HEALTH = "/admin-console/health"
"""A unit test runs neither engine nor Redis nor edge: the page says so of each."""


@pytest.fixture
def nothing_there(monkeypatch, place):
    monkeypatch.setattr(engine, "candidates", lambda settings: ["unix:///nowhere/docker.sock"])


def parts() -> dict[str, pulse.Part]:
    return {part.name: part for part in pulse.look(get_settings())}


def test_the_page_is_there_when_engine_and_redis_are_not(root, nothing_there):
    page = root.get(HEALTH)
    assert page.status_code == 200
    for text in (
        "something is down",
        "the controller has told of none yet",
        "Does not answer",
        "no build begins",
        "Nobody is at work",
    ):
        assert text in page.text, text


def test_an_engine_whose_socket_is_there_and_says_nothing_is_down(root, monkeypatch, tmp_path):
    socket = tmp_path / "docker.sock"
    socket.touch()
    monkeypatch.setattr(engine, "candidates", lambda settings: [f"unix://{socket}"])
    assert (parts()["engine"].state, parts()["engine"].verdict) == ("away", Verdict.FAIL)
    assert "systemctl start docker" in root.get(HEALTH).text


@pytest.mark.parametrize(("answers", "state"), [(True, "told"), (False, "lost")])
def test_where_no_way_leads_to_the_engine_the_controllers_word_counts(place, nothing_there, answers, state):
    health.engine_answers(answers)
    assert parts()["engine"].state == state


def test_parts_that_are_well_say_so(root, nothing_there, monkeypatch):
    monkeypatch.setattr(doorbell, "version", lambda: "Valkey 8.1.1")
    monkeypatch.setattr(jobs, "builders", lambda: [Builder(True, now()), Builder(False, now())])
    monkeypatch.setattr(ports, "status", lambda *where: 200)
    monkeypatch.setattr(get_settings(), "gateway_port", 8702)
    monkeypatch.setattr(pulse, "_version", lambda address: "27.1")
    with db.writing() as session:
        session.add(Lease(name="controller", holder="x", until=now() + dt.timedelta(seconds=60)))
    a_space("alice", "demo")
    page = root.get(HEALTH).text
    for text in ("Docker Engine 27.1", "2 builders, 1 at work", "Valkey 8.1.1 answers", "SQLite answers", "At work."):
        assert text in page, text
    assert "something is down" not in page


def test_builders_that_were_not_heard_for_long_are_gone(place, nothing_there, monkeypatch):
    monkeypatch.setattr(jobs, "builders", lambda: [Builder(False, now() - dt.timedelta(seconds=pulse.SILENT + 1))])
    assert parts()["builders"].state == "away"


def test_a_disk_that_fills_up_and_a_gpu_that_broke_are_told(place, nothing_there, monkeypatch):
    monkeypatch.setattr(pulse, "DISK_WARN", 1 << 60)
    with db.writing() as session:
        about = {"model": "A100", "product": "A100", "memory": 1, "index": 0}
        session.add(GpuDevice(uuid="GPU-1", state=DeviceState.FAILED, **about))
    assert (parts()["disk"].state, parts()["disk"].verdict) == ("low", Verdict.WARN)
    assert (parts()["gpus"].state, parts()["gpus"].about["lost"]) == ("lost", 1)
    monkeypatch.setattr(pulse, "DISK_FAIL", 1 << 60)
    assert parts()["disk"].verdict == Verdict.FAIL


def test_a_look_that_fails_fails_no_other(root, nothing_there, monkeypatch):
    def broken(settings):
        raise OSError("<b>no</b> such disk")

    monkeypatch.setitem(LOOKS, "disk", broken)
    page = root.get(HEALTH).text
    assert "It could not be looked at: &lt;b&gt;no&lt;/b&gt; such disk" in page and "SQLite answers" in page


def test_every_state_has_its_sentences():
    states = {key.rsplit(".", 1)[0] for key in WORDS if key.startswith("admin.health.") and key.endswith(".mend")}
    assert {key for key in states if key not in WORDS} == set()
    assert {name for name in LOOKS if f"admin.health.{name}" not in WORDS} == set()
