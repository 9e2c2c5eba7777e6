"""The table of decisions about GPUs: who gets which, in which order, and who is told that it never will."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces.gpus.fairness import grown, reserves, reserves_until
from spaces.gpus.fleet import Need, Share, Usage
from tests.unit.gpus.kit import A100, ANN, ANY, BOB, EVE, NOW, T4, Case, asks, gpus, granted, has, slices, t4s

PAIR, ALL_FOUR = Need(2, "A100-80GB"), Need(4, "A100-80GB")


def test_who_asks_for_a_free_device_gets_it_by_name():
    case = Case(gpus(1), requests=[asks(1, ANN, A100)])
    assert granted(case.step()) == {1: ("GPU-A100-80GB-00",)}
    assert case.decide().grants == ()


def test_nobody_is_given_what_another_holds():
    cards = gpus(2)
    case = Case(cards, [has(1, ANN, cards[0])], [asks(2, BOB), asks(3, BOB)])
    assert granted(case.decide()) == {2: (cards[1].uuid,)}


def test_a_device_that_is_closed_takes_nobody_new():
    cards = [replace(card, open=False) for card in gpus(1)]
    decision = Case(cards, requests=[asks(1, ANN)]).decide()
    assert decision.grants == decision.refused == ()


def test_a_small_request_goes_to_the_smallest_device_that_fits():
    case = Case(gpus(1) + t4s(1), requests=[asks(1, ANN, Need(min_memory=8000))])
    assert granted(case.step()) == {1: ("GPU-T4-16GB-00",)}
    case.line.add(asks(2, ANN, Need(min_memory=8000)))
    assert granted(case.step()) == {2: ("GPU-A100-80GB-00",)}


def test_those_who_share_are_put_together_so_that_a_device_stays_empty():
    cards = t4s(2, slots=4)
    case = Case(cards, [has(1, ANN, cards[1], slot=2)], [asks(n, BOB, Need(slots=4)) for n in (2, 3, 4, 5)])
    assert granted(case.decide()) == {
        2: (cards[1].uuid,),
        3: (cards[1].uuid,),
        4: (cards[1].uuid,),
        5: (cards[0].uuid,),
    }


def test_a_mig_instance_is_taken_where_its_gpu_is_in_use_already():
    split = slices("GPU-1", "1g.10gb", "1g.10gb") + slices("GPU-2", "1g.10gb", "1g.10gb")
    case = Case(split, [has(1, ANN, split[2])], [asks(2, BOB, Need(mig_profile="1g.10gb"))])
    assert granted(case.decide()) == {2: (split[3].uuid,)}


@pytest.mark.parametrize("devices", [slices("GPU-1", "1g.10gb"), t4s(1, slots=2)])
def test_a_part_of_a_device_is_only_for_those_who_ask_for_parts(devices):
    assert Case(devices, requests=[asks(1, ANN)]).decide().grants == ()


def test_all_devices_of_one_space_are_of_one_kind():
    decision = Case(gpus(1) + t4s(1), requests=[asks(1, ANN, Need(2))]).decide()
    assert decision.grants == ()


def test_what_no_device_fits_is_refused_with_what_there_is():
    [refuse] = Case(gpus(2), requests=[asks(1, ANN, T4)]).decide().refused
    assert refuse.reason == "No GPU here fits 1 x T4-16GB."
    assert refuse.hint == "There are: 2 x A100-80GB with 81920 MiB."


def test_more_devices_than_there_are_is_refused_with_how_many_there_are():
    [refuse] = Case(gpus(2), requests=[asks(1, ANN, ALL_FOUR)]).decide().refused
    assert (refuse.reason, refuse.hint) == ("There are only 2 of that kind here.", "Choose hardware with at most 2.")


def test_more_than_an_owner_may_ever_hold_is_refused():
    [refuse] = Case(gpus(4), requests=[asks(1, ANN, ALL_FOUR)], shares={ANN: Share(maximum=2)}).decide().refused
    assert refuse.reason == "Its owner may hold at most 2 GPUs at once."


def test_a_small_request_is_never_behind_one_that_is_impossible_or_too_large():
    cards = gpus(4)
    requests = [asks(1, ANN, Need(9), 90), asks(2, ANN, ALL_FOUR, 80), asks(3, ANN, A100, 10)]
    case = Case(cards, [has(9, BOB, *cards[:3])], requests)
    assert granted(case.decide()) == {3: (cards[3].uuid,)}


def test_within_the_guarantee_comes_before_whoever_waits_longer():
    requests = [asks(1, ANN, waited=500), asks(2, BOB)]
    assert 2 in granted(Case(gpus(1), requests=requests, shares={BOB: Share(guarantee=1)}).decide())


def test_the_rest_goes_to_who_had_the_least_lately_for_its_weight():
    requests = [asks(1, ANN, waited=20), asks(2, BOB, waited=10)]
    used = {ANN: Usage(7200, NOW), BOB: Usage(3600, NOW)}
    assert 2 in granted(Case(gpus(1), requests=requests, usage=used).decide())
    weighty = {ANN: Share(weight=4)}
    assert 1 in granted(Case(gpus(1), requests=requests, shares=weighty, usage=used).decide())


def test_use_long_ago_hardly_counts():
    requests = [asks(1, ANN, waited=10), asks(2, BOB)]
    used = {ANN: Usage(7200, NOW - 20 * 3600), BOB: Usage(3600, NOW)}
    assert 1 in granted(Case(gpus(1), requests=requests, usage=used).decide())


def test_one_who_asks_for_many_does_not_get_all_at_once():
    requests = [asks(1, ANN, waited=9), asks(2, ANN, waited=8), asks(3, BOB, waited=1)]
    assert granted(Case(gpus(2), requests=requests).decide()).keys() == {1, 3}


def test_waiting_makes_good_for_use():
    requests = [asks(1, ANN, waited=40 * 3600), asks(2, BOB)]
    used = {ANN: Usage(7200, NOW)}
    assert 1 in granted(Case(gpus(1), requests=requests, usage=used).decide())


def test_without_weight_an_owner_gets_what_nobody_else_wants():
    requests = [asks(1, ANN, waited=90000), asks(2, BOB)]
    case = Case(gpus(2), requests=requests, shares={ANN: Share(weight=0)})
    case.board.put(replace(gpus(2)[1], open=False))
    assert 2 in granted(case.step())
    case.board.put(gpus(2)[1])
    assert 1 in granted(case.step())


def test_an_owner_holds_no_more_than_its_maximum_and_others_pass_by():
    cards = gpus(3)
    requests = [asks(2, ANN, waited=90), asks(3, ANN, waited=80), asks(4, BOB)]
    case = Case(cards, [has(1, ANN, cards[0])], requests, {ANN: Share(maximum=2)})
    assert granted(case.decide()).keys() == {2, 4}


def test_an_owner_whose_time_is_used_up_gets_nothing_and_keeps_its_place():
    case = Case(gpus(1), requests=[asks(1, ANN)], shares={ANN: Share(blocked="GPU-seconds of today are used up.")})
    assert case.step().refused == ()
    case.shares = {}
    assert granted(case.step()).keys() == {1}


def test_a_large_request_that_waited_long_has_free_devices_kept_for_it():
    cards = gpus(4)
    requests = [asks(1, ANN, ALL_FOUR, 1000), asks(2, EVE, A100)]
    case = Case(cards, [has(9, BOB, *cards[:2])], requests)
    waiting = case.decide()
    assert waiting.grants == ()
    assert waiting.again_at == NOW + 350
    assert granted(case.decide(after=360)) == {2: (cards[2].uuid,)}, "not without end"
    case.board.give_back("h9")
    assert granted(case.decide()).keys() == {1}


def test_what_is_kept_for_a_large_request_leaves_other_kinds_alone():
    cards = gpus(4)
    case = Case(cards + t4s(1), [has(9, BOB, *cards[:3])], [asks(1, ANN, ALL_FOUR, 1000), asks(2, EVE, ANY)])
    assert granted(case.decide()).keys() == {2}


@pytest.mark.parametrize(
    ("waited", "kept"), [(0, 0), (99, 0), (100, 1), (149, 1), (151, 0), (200, 1), (299, 1), (301, 0), (400, 1)]
)
def test_devices_are_kept_by_turns_and_each_turn_is_longer(waited, kept):
    assert reserves(waited, 100) == bool(kept)
    if kept:
        assert not reserves(waited + reserves_until(waited, 100) + 0.01, 100)


def test_a_decision_changes_nothing_and_is_the_same_again():
    cards = gpus(3)
    case = Case(cards, [has(9, BOB, cards[0], idle=99)], [asks(n, n % 3, waited=n) for n in range(9)], {1: Share(3)})
    before = repr((case.board.holds, case.board.taken, list(case.line)))
    assert case.decide() == case.decide()
    assert repr((case.board.holds, case.board.taken, list(case.line))) == before


@pytest.mark.parametrize("jump", [-90000.0, 90000.0])
def test_p73_a_clock_that_was_set_neither_loses_nor_doubles_anybody(jump):
    cards = gpus(2)
    case = Case(cards, [has(9, BOB, cards[0])], [asks(1, ANN), asks(2, EVE)], usage={ANN: Usage(60, NOW)})
    assert len(case.step(after=jump).grants) == 1
    case.board.give_back("h9")
    assert len(case.step(after=-jump).grants) == 1


def test_p73_use_neither_grows_nor_shrinks_while_the_clock_runs_behind():
    assert grown(Usage(100.0, NOW), NOW - 9000, held=2000, half_life=3600).gpu_seconds == pytest.approx(100.0)


def test_p73_who_asked_before_the_clock_was_set_back_is_not_behind_those_who_used_more():
    requests = [asks(1, ANN, waited=-90000), asks(2, BOB)]
    assert 1 in granted(Case(gpus(1), requests=requests, usage={BOB: Usage(3600, NOW)}).decide())
