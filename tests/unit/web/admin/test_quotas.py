"""Quotas in the console: who may hold what and holds how much, and an admin who gives more."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from spaces import audit, db, doorbell
from spaces.models import GpuUse, Quota
from spaces.models.types import now
from spaces.quotas.amounts import SIZES, TIMES, exactly, read
from spaces.quotas.terms import TERMS, UNLIMITED
from spaces.web.admin.gauges import Gauge

EVERYBODY = "/admin-console/quotas/*"
ALICE = "/admin-console/quotas/alice"


@pytest.fixture
def rings(monkeypatch) -> list[object]:
    """Who was told to look at once."""
    heard: list[object] = []
    monkeypatch.setattr(doorbell, "ring", heard.append)
    return heard


def quota_of(number: int) -> Quota:
    with db.reading() as session:
        return session.get_one(Quota, number)


def used(space, seconds: float) -> None:
    """Its owner had a GPU for so long today."""
    at = now()
    about = {"token": "t", "device": "GPU-1", "model": "A100", "owner": "alice", "space": "alice/demo"}
    times = {"day": at.date(), "started_at": at - dt.timedelta(seconds=seconds), "ended_at": at, "middle": 0.0}
    with db.writing() as session:
        session.add(GpuUse(owner_id=space.owner_id, space_id=space.id, seconds=seconds, **about, **times))


def test_owners_stand_there_with_what_they_hold(root, held):
    used(held, 5400)
    page = root.get("/admin-console/quotas").text
    for text in ("alice", "1 waiting", "1 hr 30 min", "guaranteed to somebody: 0 of 1."):
        assert text in page, text
    assert "alice" in root.get("/admin-console/quotas?q=ALI").text
    assert "Nobody of such a name." in root.get("/admin-console/quotas?q=bob").text


def test_an_admin_gives_more_and_whoever_waits_is_told_at_once(root, held, rings):
    assert root.send(ALICE, do="change", gpus="2", gpu_seconds_per_day="2h", memory="16G").status_code == 303
    row = quota_of(held.owner_id)
    assert (row.gpus, row.gpu_seconds_per_day, row.memory, row.weight) == (2, 7200, 16384, None)
    assert rings, "the controller looks now"
    page = root.get(ALICE).text
    assert 'name="gpus" value="2"' in page and 'value="2h"' in page and 'value="16g"' in page
    with db.reading() as session:
        (line,) = audit.entries(session, audit.Filters(action="quota"))
    assert (line.actor, line.action, line.subject) == ("root", "quota.change", "alice")


def test_a_field_that_is_left_empty_is_inherited(root, held):
    root.send(EVERYBODY, do="change", gpus="3")
    root.send(ALICE, do="change", gpus="1", weight="2")
    root.send(ALICE, do="change", gpus="", weight="2")
    assert quota_of(held.owner_id).gpus is None
    assert 'placeholder="3"' in root.get(ALICE).text
    assert root.send(ALICE, do="reset").status_code == 303
    assert "Back to what everybody has" not in root.get(ALICE).text


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"gpus": "many"}, "is no amount"),
        ({"gpus": "-1"}, "cannot be below zero"),
        ({"guarantee": "2", "gpus": "1"}, "would be guaranteed 2 GPUs"),
        ({"guarantee": "5"}, "more GPUs than there are"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_in_its_field(root, held, fields, told):
    answer = root.send(ALICE, do="change", **fields)
    assert answer.status_code in (409, 422) and told in answer.text
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in answer.text
    marked = re.findall(r'<input id="(\w+)"[^>]*aria-invalid="true"', answer.text)
    assert marked == ([next(iter(fields))] if answer.status_code == 422 else [])


def test_more_is_guaranteed_than_there_is_where_the_admin_says_so(root, held):
    assert root.send(ALICE, do="change", guarantee="5", overcommit="1").status_code == 303
    assert quota_of(held.owner_id).guarantee == 5


def test_an_owner_who_is_not_there_has_no_page(root):
    assert root.get("/admin-console/quotas/nobody").status_code == 404


def test_a_gauge_says_how_near_the_limit_is():
    (term,) = [term for term in TERMS if term.key == "gpus"]
    looks = [(Gauge(term, limit, held).tone, Gauge(term, limit, held).share) for limit, held in TABLE]
    assert looks == [("good", 0.5), ("busy", 1.0), ("bad", 1.0), ("still", 0.0), ("bad", 1.0), ("good", 0.0)]


TABLE = [(2, 1), (2, 2), (2, 3), (UNLIMITED, 9), (0, 1), (0, 0)]


@pytest.mark.parametrize(
    ("value", "units", "text"),
    [
        (7200, TIMES, "2h"),
        (3700, TIMES, "3700s"),
        (16384, SIZES, "16g"),
        (0, SIZES, "0"),
        (UNLIMITED, TIMES, "unlimited"),
    ],
)
def test_an_amount_is_written_so_that_it_reads_as_the_same(value, units, text):
    assert exactly(value, units) == text
    assert read(text, units) == (value if value != UNLIMITED else "unlimited")
