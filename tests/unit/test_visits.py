"""Visits, visitors and use: what the edge tells becomes numbers, and nobody can be found in them."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from sqlmodel import select

from controller.meter import Meter
from proxy import traefik, visits
from proxy.visits import PAUSE_SECONDS, Opened, Visits
from spaces import analytics, db
from spaces.card import SpaceConfig
from spaces.engines.base import Stats
from spaces.lifecycle import InstanceStatus, Stage
from spaces.models import Build, Instance, Revision, SpaceHour, SpaceVisitor
from spaces.models.types import now
from tests.unit.people import a_space

NOON = dt.datetime(2026, 3, 4, 12, 30, tzinfo=dt.UTC)


def told(host: str = "alice-demo.localhost", address: str = "192.0.2.1", agent: str = "Firefox", status: int = 200):
    said = {"RequestHost": host, "ClientHost": address, "DownstreamStatus": status, "request_User-Agent": agent}
    return json.dumps(said).encode()


@pytest.fixture
def meter(place) -> Meter:
    return Meter(SimpleNamespace(stats=lambda _: None), place)


def hours() -> list[SpaceHour]:
    with db.reading() as session:
        return list(session.exec(select(SpaceHour)))


def test_what_the_edge_writes_is_read_and_the_file_is_empty_then(place):
    where = visits.file_of(place)
    lines = [
        told(),
        b"no json",
        b"[1]",
        b"{}",
        told(status=404),
        told(status=503),
        json.dumps({"RequestHost": 7, "ClientHost": 1}).encode(),
    ]
    where.write_bytes(b"\n".join([*lines, b"[" * 100_000, told(agent="x" * 9000)]) + b"\n")
    opened = visits.take(where)
    assert opened[:2] == [Opened("alice-demo.localhost", "192.0.2.1", "Firefox")] * 2, "a wake page is a visit too"
    assert len(opened) == 3 and len(opened[2].agent) == 500
    assert where.read_bytes() == b"" and visits.take(where) == []
    assert visits.take(where.with_name("none")) == []


def test_a_visit_is_many_pages_and_half_an_hour_ends_it():
    counted = Visits()
    assert [counted.is_new(1, "a", at) for at in (0, 10, 1500, 3000)] == [True, False, False, False]
    assert counted.is_new(1, "a", 3000 + PAUSE_SECONDS + 1)
    assert counted.is_new(2, "a", 3000) and counted.is_new(1, "b", 3000)
    counted.is_new(9, "z", 99_999)
    assert len(counted._last) == 1, "what is over is forgotten"


def test_pages_become_visits_and_visitors(meter, place):
    space = a_space()
    visits.file_of(place).write_bytes(
        b"\n".join(
            [told(), told(), told(address="192.0.2.2"), told("nobody-x.localhost"), told("alice-demo.localhost.evil")]
        )
    )
    meter.count_visits()
    (hour,) = hours()
    assert (hour.space_id, hour.visits, hour.visitors) == (space.id, 2, 2)
    assert (hour.hour.minute, hour.hour.tzinfo) == (0, dt.UTC)


def test_a_visitor_counts_once_a_day_and_cannot_be_found(place):
    space = a_space()
    digests = [analytics.digest_of(space.id, at, "192.0.2.1", "Firefox") for at in (NOON, NOON + analytics.DAY)]
    assert len(set(digests)) == 2 and analytics.digest_of(9, NOON, "192.0.2.1", "Firefox") not in digests
    with db.writing() as session:
        for at in (NOON, NOON + dt.timedelta(hours=3)):
            analytics.add_visit(session, space.id, at, digests[0])
    assert [(hour.visits, hour.visitors) for hour in hours()] == [(1, 1), (1, 0)]
    with db.writing() as session:
        assert "192.0.2" not in str([row.model_dump() for row in session.exec(select(SpaceVisitor))])
        analytics.forget_old(session)
    with db.reading() as session:
        assert not session.exec(select(SpaceVisitor)).all() and not session.exec(select(SpaceHour)).all()


def test_a_flood_of_visitors_of_one_day_takes_bounded_room(place, monkeypatch):
    monkeypatch.setattr(analytics, "MOST_VISITORS", 3)
    space = a_space()
    with db.writing() as session:
        for number in range(9):
            analytics.add_visit(session, space.id, NOON, f"d{number}")
    (hour,) = hours()
    assert (hour.visits, hour.visitors) == (9, 3)


def test_what_an_instance_takes_is_written_down_by_the_hour(meter):
    space = a_space()
    with db.writing() as session:
        build = Build(space_id=space.id, number=1, commit="c")
        session.add(build)
        session.flush()
        revision = Revision(space_id=space.id, build_id=build.id, commit="c", config=SpaceConfig(sdk="gradio"))
        session.add(revision)
        session.flush()
        for name, status in (("awake", InstanceStatus.READY), ("frozen", InstanceStatus.FROZEN)):
            session.add(Instance(space_id=space.id, revision_id=revision.id, name=name, status=status))
    used = {"awake": iter([Stats(cpu_seconds=cpu, memory=memory) for cpu, memory in ((5, 1), (8, 7 << 30), (1, 2))])}
    meter.engine = SimpleNamespace(stats=lambda name: next(used[name]))
    for passed in (0.0, 30.0, 30.0):
        meter.measure(passed)
    (hour,) = hours()
    assert (hour.cpu_seconds, hour.awake_seconds, hour.memory) == (3, 60, 7 << 30), "a restart never counts backwards"


def test_nothing_is_counted_where_nobody_wants_it(place, monkeypatch):
    monkeypatch.setattr(place, "analytics_days", 0)
    assert "accessLog" not in traefik.static_config(place)
    visits.file_of(place).write_bytes(told())
    Meter(SimpleNamespace(), place).tick()
    assert visits.file_of(place).read_bytes() == told()


def test_the_edge_tells_no_path_and_no_cookie(place):
    fields = traefik.static_config(place)["accessLog"]["fields"]
    assert fields["defaultMode"] == fields["headers"]["defaultMode"] == "drop"
    assert set(fields["names"]) == {"RequestHost", "ClientHost", "DownstreamStatus"}
    assert set(fields["headers"]["names"]) == {"User-Agent"}


def test_a_wake_lasts_from_its_sleep_until_it_serves():
    at = [NOON + dt.timedelta(seconds=n) for n in range(9)]
    moves = [
        (at[0], Stage.RUNNING, Stage.SLEEPING),
        (at[1], Stage.SLEEPING, Stage.APP_STARTING),
        (at[2], Stage.APP_STARTING, Stage.APP_STARTING),
        (at[4], Stage.APP_STARTING, Stage.RUNNING),
        (at[5], Stage.RUNNING, Stage.SLEEPING),
        (at[6], Stage.SLEEPING, Stage.APP_STARTING),
        (at[7], Stage.APP_STARTING, Stage.RUNTIME_ERROR),
        (at[8], Stage.RUNTIME_ERROR, Stage.RUNNING),
    ]
    assert analytics.read_wakes(moves) == [analytics.Wake(at[1], 3.0), analytics.Wake(at[6], None)]


def test_slots_cover_every_span_and_sum_to_the_whole(place):
    space, today = a_space(), now().replace(hour=0, minute=0, second=0, microsecond=0)
    with db.writing() as session:
        for hour, memory in ((1, 5), (2, 9), (30, 1)):
            analytics.add(session, space.id, today + dt.timedelta(hours=hour), memory, cpu_seconds=10, visits=1)
    with db.reading() as session:
        found = analytics.slots(session, space.id, today, analytics.DAY, today + 3 * analytics.DAY)
    assert [(slot.used.visits, slot.used.memory) for slot in found] == [(2, 9), (1, 1), (0, 0)]
    assert analytics.total(found)["cpu_seconds"] == 30 and analytics.total(found)["memory"] == 9
