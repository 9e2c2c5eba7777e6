"""The simulator of GPUs: a short day of a small fleet, by the same code that measures the week."""

from __future__ import annotations

import pytest

from bench.gpu_bound import contended, entitled, jain
from bench.gpu_fleet import figures
from bench.gpu_play import Play, Sample, first_come_first_served
from bench.gpu_trace import HOUR, MIXED, Session, fleet, make, pool, sizes
from spaces.gpus.fleet import Policy, Share
from spaces.gpus.scheduler import decide

DAY = 24 * HOUR


@pytest.fixture(scope="module")
def seen():
    trace = make(200, 2000, 16, load=1.0, seconds=DAY)
    policy = Policy()
    runs = [Play(trace, scheduler, policy).go(DAY) for scheduler in (decide, first_come_first_served)]
    return {figure.name: figure for figure in figures(trace, DAY, policy, *runs)}


def test_p50_a_simulated_day_gives_no_device_twice(seen):
    assert seen["gpu_double"].holds


def test_who_waits_within_their_guarantee_is_served_within_grace(seen):
    assert seen["gpu_guarantee"].holds
    assert seen["gpu_guarantee"].median < seen["gpu_guarantee"].floor_median


def test_little_is_left_unused_while_somebody_waits_for_it(seen):
    assert seen["gpu_use"].median > 90


def test_owners_have_their_part_by_weight_more_than_by_chance(seen):
    assert seen["gpu_fair"].median > max(seen["gpu_fair"].floor_median, 0.95)


def test_those_who_ask_for_no_more_than_their_part_wait_less_than_first_come_first_served_has_them(seen):
    assert seen["gpu_wait_modest"].median < seen["gpu_wait_modest"].floor_median


def test_a_trace_is_the_same_for_the_same_seed_and_asks_for_what_was_said():
    trace = make(200, 1000, 8, load=0.8, seconds=DAY)
    assert trace == make(200, 1000, 8, load=0.8, seconds=DAY)
    assert trace.sessions != make(200, 1000, 8, load=0.8, seconds=DAY, seed=2).sessions
    asked = sum(
        (each.busy + trace.spaces[each.space_id].tail) * trace.spaces[each.space_id].need.cost
        for each in trace.sessions
    )
    assert asked / DAY / sum(sizes(trace.devices).values()) == pytest.approx(0.8, abs=0.02)
    assert {pool(place.need) for place in trace.spaces.values()} > {None, "t4"}
    assert any(place.need == MIXED for place in trace.spaces.values())


def test_the_bound_is_full_from_when_more_is_asked_for_until_it_is_worked_off():
    trace = make(25, 10, 2, load=0.1, seconds=DAY)
    space = next(place for place in trace.spaces.values() if pool(place.need) == "t4")
    [held] = [sizes(fleet(25))["t4"]]
    twice = [Session(0.0, number, HOUR - space.tail) for number in range(1000, 1000 + held // 500)]
    trace.spaces.update({each.space_id: space.__class__(each.space_id, 1, space.need, space.tail) for each in twice})
    full = contended(type(trace)(trace.devices, trace.shares, trace.spaces, twice), DAY, 600)
    assert full["t4"][:12] == [True] * 11 + [False]


def test_what_is_due_goes_by_guarantee_first_and_then_by_weight():
    shares = {1: Share(guarantee=4), 2: Share(weight=2), 3: Share(weight=1)}
    sample = Sample(0.0, {}, {1: (4000, 0), 2: (3000, 9000), 3: (3000, 9000)}, 0)
    assert [round(due) for due in entitled(sample, shares).values()] == [4000, 4000, 2000]


@pytest.mark.parametrize(("values", "index"), [([1, 1, 1, 1], 1.0), ([1, 0, 0, 0], 0.25), ([], 1.0)])
def test_jains_index_is_one_where_all_have_the_same(values, index):
    assert jain(values) == pytest.approx(index)
