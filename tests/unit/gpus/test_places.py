"""What those who wait are told: their place, an estimate with what it goes by, and why they wait."""

from __future__ import annotations

from dataclasses import replace

from spaces.gpus.decision import Basis, Waits
from spaces.gpus.fleet import Need, Share
from spaces.gpus.places import places
from tests.unit.gpus.kit import ANN, ANY, BOB, EVE, NOW, POLICY, T4, Case, asks, gpus, has, t4s


def told(case, typical=None):
    decision = case.decide()
    return places(NOW, case.board, case.line, case.shares, case.usage, POLICY, decision, typical)


def test_the_place_is_the_order_in_which_devices_will_be_given():
    cards = gpus(1)
    requests = [asks(1, BOB, waited=30), asks(2, BOB, waited=20), asks(3, EVE, waited=10)]
    found = told(Case(cards, [has(9, ANN, *cards)], requests))
    assert {request: place.position for request, place in found.items()} == {"r1": 1, "r3": 2, "r2": 3}
    assert {place.waiting for place in found.values()} == {3}


def test_those_who_wait_for_other_devices_are_not_before_anybody():
    a100, t4 = gpus(1), t4s(1)
    case = Case(
        a100 + t4, [has(8, ANN, *a100), has(9, ANN, *t4)], [asks(1, BOB, T4, 90), asks(2, EVE, Need(model="A100-80GB"))]
    )
    assert [place.position for place in told(case).values()] == [1, 1]


def test_who_is_granted_now_is_not_in_line_any_more():
    cards = gpus(1)
    found = told(Case(cards, requests=[asks(1, BOB, waited=30), asks(2, EVE)]))
    assert found.keys() == {"r2"}


def test_the_estimate_goes_by_how_long_such_devices_are_held():
    cards = gpus(4)
    requests = [asks(n, BOB, waited=90 - n) for n in (1, 2)]
    found = told(Case(cards, [has(9, ANN, *cards)], requests), typical=4000)
    assert [(place.seconds, place.basis) for place in found.values()] == [
        (1000, Basis.TURNOVER),
        (2000, Basis.TURNOVER),
    ]


def test_without_experience_there_is_no_estimate():
    cards = gpus(1)
    assert told(Case(cards, [has(9, ANN, *cards)], [asks(1, BOB)]))["r1"].seconds is None


def test_who_has_waited_longer_than_the_estimate_is_given_none():
    cards = gpus(1)
    found = told(Case(cards, [has(9, ANN, *cards)], [asks(1, BOB, waited=30)]), typical=9)
    assert (found["r1"].position, found["r1"].seconds, found["r1"].basis) == (1, None, None)


def test_who_waits_for_a_borrower_knows_by_when():
    cards = gpus(1)
    found = told(Case(cards, [has(9, ANN, *cards, idle=99)], [asks(1, BOB)], {BOB: Share(1)}), typical=9e9)
    assert (found["r1"].seconds, found["r1"].basis) == (60, Basis.RECLAIM)


def test_who_may_have_no_more_stands_in_no_line_and_knows_why():
    cards = gpus(2)
    shares = {ANN: Share(maximum=1), BOB: Share(blocked="The GPU-seconds of today are used up.")}
    found = told(Case(cards, [has(9, ANN, cards[0])], [asks(1, ANN), asks(2, ANN), asks(3, BOB)], shares))
    assert [(place.position, place.reason) for _, place in sorted(found.items())] == [
        (None, Waits.MAXIMUM),
        (None, Waits.MAXIMUM),
        (None, Waits.BLOCKED),
    ]


def test_who_waits_for_devices_that_an_admin_keeps_closed_is_told_so():
    cards = [replace(card, open=False) for card in gpus(1)]
    assert told(Case(cards, requests=[asks(1, BOB, ANY)]))["r1"].reason == Waits.CLOSED
