"""What is asked back, from whom, and when: borrowers only, the idle first, warned before, and no more than is needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces.gpus.fleet import Need, Share, Usage
from tests.unit.gpus.kit import A100, ANN, BOB, EVE, NOW, T4, Case, asks, gpus, granted, has, t4s

BOTH = {ANN: Share(guarantee=1, maximum=2), BOB: Share(guarantee=1, maximum=2)}


def two_cards(idle=None, **others):
    """Ann has both cards, one more than her guarantee; Bob waits within his."""
    cards = gpus(2)
    holds = [has(1, ANN, cards[0], since=7200), has(2, ANN, cards[1], idle=idle)]
    return Case(cards, holds, [asks(3, BOB, A100)], BOTH, **others)


def test_an_idle_borrower_is_warned_and_then_sleeps_for_who_waits_within_their_guarantee():
    case = two_cards(idle=100)
    first = case.step()
    [warn] = first.warnings
    assert (warn.hold.space_id, warn.request.space_id, warn.idle_at) == (2, 3, NOW + 60)
    assert (first.reclaims, first.again_at, first.promises) == ((), NOW + 60, {"r3": NOW + 60})
    assert case.step(after=59).reclaims == ()
    [reclaim] = case.step(after=60).reclaims
    assert (reclaim.hold.space_id, reclaim.busy) == (2, False)
    assert granted(case.step(after=61)) == {3: (gpus(2)[1].uuid,)}


def test_a_busy_borrower_keeps_it_until_its_grace_is_over():
    case = two_cards()
    assert case.step().warnings[0].busy_at == NOW + 600
    assert case.step(after=599).reclaims == ()
    [reclaim] = case.step(after=600).reclaims
    assert reclaim.busy


def test_one_that_falls_idle_after_its_warning_sleeps_when_it_counts_as_idle():
    case = two_cards()
    case.step()
    case.board.change(replace(case.board.holds["h2"], idle_since=NOW + 100))
    assert case.decide(after=101).again_at == NOW + 130
    assert case.decide(after=129).reclaims == ()
    assert case.decide(after=130).reclaims[0].busy is False


def test_one_that_is_used_again_after_its_warning_is_left_until_grace():
    case = two_cards(idle=100)
    case.step()
    case.board.change(replace(case.board.holds["h2"], idle_since=None))
    assert case.step(after=61).reclaims == ()
    assert case.step(after=600).reclaims[0].busy


def test_nobody_at_their_guarantee_is_ever_asked():
    cards = gpus(2)
    case = Case(cards, [has(1, ANN, *cards, idle=9000)], [asks(3, BOB)], {ANN: Share(2), BOB: Share(1)})
    assert case.step().warnings == ()


def test_a_borrower_is_not_asked_for_another_borrower():
    case = two_cards(idle=100)
    case.shares = {}
    assert case.step().warnings == ()


def test_who_has_more_than_their_guarantee_is_asked_only_for_the_rest():
    cards = gpus(3)
    case = Case(cards, [has(n, ANN, cards[n], idle=99) for n in range(3)], [asks(9, BOB), asks(8, BOB)])
    case.shares = {ANN: Share(guarantee=2), BOB: Share(guarantee=2)}
    assert len(case.step().warnings) == 1


def test_a_space_larger_than_its_owners_guarantee_is_borrowed_as_a_whole():
    cards = gpus(3)
    case = Case(cards, [has(1, ANN, cards[0]), has(2, ANN, *cards[1:])], shares={ANN: Share(1)})
    [loans] = case.board.loans(ANN, 1).values()
    assert [hold.space_id for hold in loans] == [2]


def test_the_idle_is_asked_before_the_busy_and_who_used_more_lately_before_who_used_less():
    cards = gpus(3)
    holds = [has(1, ANN, cards[0]), has(2, BOB, cards[1], idle=50), has(3, EVE, cards[2], idle=50)]
    case = Case(cards, holds, [asks(9, 7)], {7: Share(1)}, {ANN: Usage(9e5, NOW), EVE: Usage(5000, NOW)})
    assert [warn.hold.space_id for warn in case.decide().warnings] == [3]


def test_only_holders_of_devices_that_fit_are_asked():
    a100, t4 = gpus(1), t4s(1)
    case = Case(a100 + t4, [has(1, ANN, a100[0], idle=99), has(2, ANN, t4[0])], [asks(9, BOB, T4)], {BOB: Share(1)})
    assert [warn.hold.space_id for warn in case.decide().warnings] == [2]


def test_nobody_is_asked_where_it_would_not_be_enough():
    cards = gpus(2)
    case = Case(cards, [has(1, ANN, cards[0], idle=99), has(2, BOB, cards[1])], [asks(9, EVE, Need(2))])
    case.shares = {BOB: Share(1), EVE: Share(2)}
    assert case.decide().warnings == ()


def test_what_is_free_is_kept_for_who_waits_within_their_guarantee_for_more():
    cards = gpus(2)
    requests = [asks(8, ANN, waited=50), asks(9, EVE, Need(2))]
    case = Case(cards, [has(1, BOB, cards[0])], requests, {EVE: Share(2)})
    decision = case.decide()
    assert (decision.grants, len(decision.warnings)) == ((), 1)


def test_one_request_after_the_other_is_promised_a_device_of_its_own():
    cards = gpus(3)
    holds = [has(n, ANN, cards[n], idle=99) for n in range(3)]
    case = Case(cards, holds, [asks(8, BOB), asks(9, EVE)], {BOB: Share(1), EVE: Share(1)})
    assert len({warn.hold.id for warn in case.decide().warnings}) == 2


def test_four_devices_of_one_borrower_serve_four_who_wait():
    cards = gpus(4)
    case = Case(cards, [has(1, ANN, *cards, idle=99)], [asks(n, BOB) for n in range(5, 9)], {BOB: Share(4)})
    decision = case.decide()
    assert len(decision.warnings) == 1
    assert len(decision.promises) == 4


def test_what_is_being_given_back_is_not_asked_for_twice():
    case = two_cards(idle=100)
    case.step()
    case.board.change(replace(case.board.holds["h2"], ending=True))
    decision = case.decide(after=70)
    assert (decision.warnings, decision.reclaims, decision.spared) == ((), (), ())


def test_what_is_being_given_back_is_enough_for_who_waits():
    cards = gpus(2)
    leaving = replace(has(1, ANN, cards[0], idle=99), ending=True)
    case = Case(cards, [leaving, has(2, EVE, cards[1], idle=99)], [asks(3, BOB)], {BOB: Share(1)})
    assert case.decide().warnings == ()
    case.line.add(asks(4, BOB))
    case.shares = {BOB: Share(2)}
    assert [warn.hold.id for warn in case.decide().warnings] == ["h2"]


def test_a_warning_is_void_when_nobody_waits_any_more():
    case = two_cards(idle=100)
    case.step()
    case.line.remove("r3")
    [spare] = case.step(after=10).spared
    assert spare.hold.space_id == 2
    assert case.board.warned == {}


def test_a_warning_stands_while_another_idle_one_goes_first():
    cards = gpus(2)
    holds = [has(1, ANN, cards[0], since=7200), has(2, ANN, cards[1])]
    case = Case(cards, holds, [asks(3, BOB)], {BOB: Share(1)})
    [first] = case.step().warnings
    other = "h1" if first.hold.id == "h2" else "h2"
    case.board.change(replace(case.board.holds[other], idle_since=NOW))
    decision = case.step(after=100)
    assert [warn.hold.id for warn in decision.warnings] == [other]
    assert decision.spared == ()
    assert case.step(after=160).reclaims[0].hold.id == other


def test_a_hold_that_may_not_be_ended_is_not():
    case = two_cards(idle=100)
    for hold in list(case.board.holds.values()):
        case.board.change(replace(hold, preemptible=False))
    assert case.decide().warnings == ()


def test_a_device_that_takes_nobody_new_is_not_asked_back():
    case = two_cards(idle=100)
    case.board.put(replace(gpus(2)[1], open=False))
    assert {warn.hold.id for warn in case.decide().warnings} <= {"h1"}


def test_lowering_a_quota_below_use_ends_nothing_by_itself():
    case = two_cards(idle=100)
    case.line.remove("r3")
    case.shares = {ANN: Share(guarantee=0, maximum=0)}
    assert case.decide() == replace(case.decide(), warnings=(), reclaims=(), grants=())


@pytest.mark.parametrize("jump", [-90000.0, 90000.0])
def test_p73_a_clock_that_was_set_ends_nobody_without_a_warning(jump):
    case = two_cards(idle=100)
    assert case.step(after=jump).reclaims == ()


def test_p73_a_warning_from_before_the_clock_was_set_back_lasts_no_longer_than_a_new_one():
    case = two_cards(idle=100)
    case.board.change(replace(case.board.holds["h2"], warned_at=NOW + 90000))
    assert case.decide().again_at == NOW + 60
