"""Visits that come and go between two looks at the connections, and how an idle Space is told from one they reach."""

from __future__ import annotations

from collections import Counter

import pytest

from controller.idle import PACKETS, Idler
from spaces.engines.base import Stats


class Instance:
    """An engine and a sampler in one: what one instance accepted, and what of it was seen."""

    def __init__(self) -> None:
        self.accepted, self.packets, self.opened = 3, 100, Counter({7: 2})

    def stats(self) -> Stats:
        return Stats(cpu_seconds=0, memory=1, opened=self.accepted, packets=self.packets)


@pytest.fixture
def instance() -> Instance:
    return Instance()


@pytest.fixture
def idler(place, instance) -> Idler:
    made = Idler(instance, place, instance, lambda _: None)
    assert not made._count_one(1, 7, instance.stats()), "the first count only says where things stand"
    return made


def test_nothing_accepted_is_no_visit(idler, instance):
    assert not idler._count_one(1, 7, instance.stats())
    assert 1 not in idler._used


def test_a_connection_that_nobody_saw_is_a_visit_once(idler, instance):
    instance.accepted, instance.packets = 4, 100 + PACKETS
    assert idler._count_one(1, 7, instance.stats())
    assert 1 in idler._used
    assert not idler._count_one(1, 7, instance.stats())


def test_a_connection_that_was_seen_is_judged_by_its_bytes_instead(idler, instance):
    instance.accepted, instance.packets, instance.opened[7] = 5, 200, 4
    assert not idler._count_one(1, 7, instance.stats())


def test_an_app_that_talks_to_itself_has_no_visitor(idler, instance):
    instance.accepted = 50
    assert not idler._count_one(1, 7, instance.stats())


def test_an_app_that_was_started_anew_counts_anew(idler, instance):
    instance.accepted, instance.packets = 1, 4
    assert not idler._count_one(1, 7, instance.stats())
    instance.accepted, instance.packets = 2, 8
    assert idler._count_one(1, 7, instance.stats())


def test_a_host_that_lets_nobody_look_sees_no_short_visits(idler, instance):
    instance.accepted = None
    assert not idler._count_one(1, 7, instance.stats())
