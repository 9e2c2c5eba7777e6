"""Leases: one holder at a time, across processes."""

from concurrent.futures import ThreadPoolExecutor

from spaces import db


def test_a_lease_has_one_holder_until_it_is_released_or_runs_out(place):
    assert db.acquire("space:1", "a", 60)
    assert not db.acquire("space:1", "b", 60)
    assert db.acquire("space:1", "a", 60), "its holder renews it"
    db.release("space:1", "b")
    assert not db.acquire("space:1", "b", 60), "only the holder gives it back"
    db.release("space:1", "a")
    assert db.acquire("space:1", "b", -1)
    assert db.acquire("space:1", "a", 60), "it had run out"


def test_of_twenty_at_once_one_gets_it(place):
    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(lambda n: db.acquire("space:1", f"holder-{n}", 60), range(20)))
    assert won.count(True) == 1
