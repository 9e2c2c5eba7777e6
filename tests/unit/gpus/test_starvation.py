"""Nobody waits for ever while others come and go: not who used much, not who needs many, not who stands behind them."""

from __future__ import annotations

from itertools import count

from spaces.gpus.fleet import Need, Usage
from tests.unit.gpus.kit import A100, ANN, NOW, Case, asks, gpus, granted, has

STEP = 60.0


def rounds_until_served(case, space, newcomers, lasting):
    """Steps until the Space has its devices, where others keep asking for all there is and hold it for some steps."""
    numbers, ends = count(1000), {hold_id: n + 1 for n, hold_id in enumerate(case.board.holds)}
    for step in range(100_000):
        now = NOW + step * STEP
        for hold_id in [each for each, end in ends.items() if end <= step]:
            case.board.give_back(hold_id)
            del ends[hold_id]
        for number in [next(numbers) for _ in range(newcomers)]:
            request = asks(number, number, A100, waited=-step * STEP)
            case.line.add(request)
        decision = case.obey(case.decide(now - NOW), now - NOW)
        if space in granted(decision):
            return step
        for grant in decision.grants:
            ends[f"h{grant.request.space_id}"] = step + lasting(grant.request.space_id)
        for request in [each for each in case.line if each.space_id != space and now - each.asked_at > 3 * STEP]:
            case.line.remove(request.id)  # nobody's patience is endless
    raise AssertionError("it waits for ever")


def test_one_who_used_much_is_served_although_newcomers_used_nothing():
    cards = gpus(2)
    case = Case(
        cards, [has(1, 50, cards[0]), has(2, 51, cards[1])], [asks(9, ANN, A100)], usage={ANN: Usage(90_000, NOW)}
    )
    assert rounds_until_served(case, 9, newcomers=3, lasting=lambda number: 2) * STEP < 6 * 7200


def test_one_who_needs_all_devices_is_served_although_small_ones_always_fit():
    cards = gpus(4)
    holds = [has(n, 50 + n, card) for n, card in enumerate(cards)]
    case = Case(cards, holds, [asks(9, ANN, Need(4, "A100-80GB"))])
    assert rounds_until_served(case, 9, newcomers=3, lasting=lambda number: 3 + number % 7) * STEP < 4 * 3600


def test_small_ones_go_on_while_a_large_one_waits_for_a_device_that_is_never_given_back():
    cards = gpus(3)
    case = Case(cards, [has(1, 50, cards[0])], [asks(9, ANN, Need(3, "A100-80GB"))])
    served = 0
    for step in range(600):
        now = step * STEP
        case.line.add(asks(1000 + step, 1000 + step, A100, waited=-now))
        decision = case.obey(case.decide(now), now)
        served += len(decision.grants)
        for grant in decision.grants:
            case.board.give_back(f"h{grant.request.space_id}")
    assert served > 250
