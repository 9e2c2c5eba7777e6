"""The Analytics tab: numbers, the same numbers as charts and as a table, and nothing about anybody."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from spaces import analytics, db
from spaces.lifecycle import Phase, Stage
from spaces.models import Event
from spaces.models.types import now
from spaces.web.charts import HEIGHT, WIDTH, chart, round_top

HERE = "/spaces/alice/demo/analytics"


@pytest.fixture
def used(space) -> None:
    with db.writing() as session:
        for days in (0, 3, 40):
            at = now() - dt.timedelta(days=days, minutes=5)
            values = {"visits": 12, "visitors": 7, "cpu_seconds": 1800, "awake_seconds": 3600}
            analytics.add(session, space.id, at, 3 << 30, **values)
        for seconds, was, became in ((0, Stage.SLEEPING, Stage.APP_STARTING), (4, Stage.APP_STARTING, Stage.RUNNING)):
            at = now() - dt.timedelta(days=1) + dt.timedelta(seconds=seconds)
            session.add(Event(space_id=space.id, space="alice/demo", at=at, was=was, now=became, phase=Phase.SERVING))


def tiles(page: str) -> list[str]:
    return re.findall(r'<div class="tile"><b>([^<]+)</b>', page)


def test_the_numbers_are_summed_for_the_chosen_time(alice, used):
    assert tiles(alice.get(HERE).text)[:4] == ["24", "14", "1", "4 sec"]
    assert tiles(alice.get(f"{HERE}?period=quarter").text)[0] == "36"
    assert tiles(alice.get(f"{HERE}?period=day").text)[0] in ("12", "0")
    assert alice.get(f"{HERE}?period=nonsense").status_code == 200


def test_charts_are_drawn_here_and_stand_in_a_table_too(alice, used):
    page = alice.get(HERE).text
    assert page.count("<svg") >= 7 and "<script>" not in page and "style=" not in page
    assert page.count('role="img"') >= 6 and "<title>" in page
    table = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert table.count("<tr>") == 30 and "3.2 GB" in table and "0.5 cores" in table


def test_a_space_that_nobody_used_says_so(alice, space):
    page = alice.get(HERE).text
    assert "Nothing in this period." in page and tiles(page)[0] == "0"


def test_an_installation_that_counts_nothing_says_so(alice, space, place, monkeypatch):
    monkeypatch.setattr(place, "analytics_days", 0)
    assert "counts no visits" in alice.get(HERE).text


def test_only_its_people_see_it(bob, nobody, used):
    assert bob.get(HERE).status_code == 403 and nobody.get(HERE).status_code == 303


@pytest.mark.parametrize(
    "value, top", [(0, 2), (0.4, 2), (1, 2), (3, 4), (5, 5), (5.1, 8), (9, 10), (10, 10), (11, 20), (4.1e9, 5e9)]
)
def test_a_scale_ends_at_a_round_number(value, top):
    assert round_top(value) == pytest.approx(top)
    assert round_top(0.03, "cores") == pytest.approx(0.04)


@pytest.mark.parametrize(
    "seconds, top", [(2.2, 4), (11, 20), (97, 120), (200, 240), (5000, 7200), (86401, 2 * 86400), (86400 * 9, 864000)]
)
def test_a_scale_of_times_ends_at_a_round_time(seconds, top):
    assert round_top(seconds, "span") == pytest.approx(top)


def test_bars_stand_inside_the_drawing():
    drawn = chart([0, 1, 5, 1000, -1, 0.001], "cores")
    assert not drawn.empty and chart([]).empty and chart([0, 0]).empty
    assert drawn.bars[0].height == 0 == drawn.bars[4].height and drawn.bars[5].height == 2
    for bar in drawn.bars:
        assert bar.x >= 0 and bar.x + bar.width <= WIDTH and bar.y + bar.height == pytest.approx(HEIGHT)
