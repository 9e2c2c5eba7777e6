"""A device's life: what an admin orders and what the driver says, in whatever order they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.gpus.devices import DeviceState, Health, Order, Standing, move

READY = Standing(DeviceState.READY, Order.READY)


def after(*words: Order | Health) -> Standing:
    standing = READY
    for word in words:
        standing = move(standing, word)
    return standing


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ([Health.WELL], DeviceState.READY),
        ([Order.CORDONED], DeviceState.CORDONED),
        ([Order.DRAINING], DeviceState.DRAINING),
        ([Order.DRAINING, Order.READY], DeviceState.READY),
        ([Health.FAILED], DeviceState.FAILED),
        ([Health.MISSING], DeviceState.GONE),
        ([Health.FAILED, Health.MISSING], DeviceState.GONE),
        ([Health.MISSING, Health.WELL], DeviceState.READY),
    ],
)
def test_a_device_is_where_the_last_words_put_it(words, state):
    assert after(*words).state == state


def test_a_cordoned_device_that_fails_comes_back_cordoned():
    assert after(Order.CORDONED, Health.FAILED).state == DeviceState.FAILED
    assert after(Order.CORDONED, Health.FAILED, Health.WELL).state == DeviceState.CORDONED


def test_an_order_to_a_failed_device_heals_nothing_and_holds_when_it_is_back():
    assert after(Health.FAILED, Order.DRAINING).state == DeviceState.FAILED
    assert after(Health.FAILED, Order.DRAINING, Health.WELL).state == DeviceState.DRAINING


@given(st.lists(st.sampled_from([*Order, *Health])))
def test_the_last_order_and_the_last_word_of_health_decide_whatever_came_before(words):
    orders = [word for word in words if isinstance(word, Order)] or [Order.READY]
    healths = [word for word in words if isinstance(word, Health)] or [Health.WELL]
    states = {Health.FAILED: DeviceState.FAILED, Health.MISSING: DeviceState.GONE}
    standing = after(*words)
    assert standing.order == orders[-1]
    assert standing.state == states.get(healths[-1], DeviceState(orders[-1]))


def test_only_a_ready_device_takes_new_holders_and_a_lost_one_keeps_none():
    assert [state for state in DeviceState if state.open] == [DeviceState.READY]
    assert {state for state in DeviceState if not state.holds} == {DeviceState.FAILED, DeviceState.GONE}
