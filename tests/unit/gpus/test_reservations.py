"""Holds as rows: a slot has one holder, whoever asks at the same moment; a hold's token is its fence."""

from __future__ import annotations

import threading

import pytest
from sqlmodel import select

from spaces import db
from spaces.gpus import reservations
from spaces.models import Owner, Reservation, Space


@pytest.fixture
def spaces(place) -> list[int]:
    """Three Spaces of one owner."""
    with db.writing() as session:
        session.add(Owner(id=1, name="alice", name_key="alice"))
        session.flush()
        for number in (1, 2, 3):
            name = f"demo{number}"
            session.add(Space(id=number, owner_id=1, name=name, name_key=name, subdomain=name, subnet=number))
    return [1, 2, 3]


def take(number: int, *slots: tuple[str, int]) -> reservations.Hold:
    with db.writing() as session:
        return reservations.take(session, session.get_one(Space, number), f"i{number}", slots)


def test_p50_a_slot_that_is_held_is_given_to_nobody_else(spaces):
    take(1, ("GPU-a", 0))
    with pytest.raises(reservations.Taken):
        take(2, ("GPU-b", 0), ("GPU-a", 0))
    with db.reading() as session:
        assert [hold.space_id for hold in reservations.every(session)] == [1], "all of it, or nothing"


def test_other_slots_of_the_same_device_are_others(spaces):
    take(1, ("GPU-a", 0))
    take(2, ("GPU-a", 1))
    with db.reading() as session:
        assert {hold.slots for hold in reservations.every(session)} == {(("GPU-a", 0),), (("GPU-a", 1),)}


def test_p50_of_many_who_take_the_same_device_at_once_one_gets_it(spaces):
    got, refused = [], []

    def ask(number: int) -> None:
        try:
            got.append(take(number, ("GPU-a", 0)))
        except reservations.Taken:
            refused.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in spaces * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(refused)) == (1, 11)


def test_a_hold_of_several_devices_is_one_hold(spaces):
    hold = take(1, ("GPU-b", 0), ("GPU-a", 0))
    with db.reading() as session:
        assert reservations.of_instance(session, "i1") == hold
        assert reservations.of_space(session, 1) == [hold]
        assert hold.devices == ("GPU-b", "GPU-a")


def test_a_hold_that_was_passed_on_no_longer_stands_for_the_instance_before(spaces):
    before = take(1, ("GPU-a", 0))
    with db.writing() as session:
        after = reservations.pass_on(session, before, "i1-next")
        assert not reservations.stands(session, before)
        assert reservations.stands(session, after)
        assert after.slots == before.slots


def test_a_hold_that_ended_leaves_its_devices_to_others(spaces):
    hold = take(1, ("GPU-a", 0))
    with db.writing() as session:
        reservations.free(session, hold)
        assert not reservations.stands(session, hold)
        assert session.exec(select(Reservation)).all() == []
    take(2, ("GPU-a", 0))
