"""Days and months in UTC, and what is left of use as it grows old."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.quotas import periods

moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2035, 1, 1), timezones=st.just(dt.UTC))


@given(moments, st.timedeltas(dt.timedelta(days=-3), dt.timedelta(days=40)))
def test_parts_make_up_the_whole_and_each_lies_in_its_day(start, length):
    parts = list(periods.split(start, start + length))
    assert sum((end - begin for _, begin, end in parts), dt.timedelta()) == max(length, dt.timedelta())
    for day, begin, end in parts:
        assert begin < end and periods.start_of(day) <= begin and end <= periods.start_of(day) + periods.DAY


def test_a_month_ends_with_its_last_day_everywhere_on_earth():
    late = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.timezone(dt.timedelta(hours=-8)))
    assert periods.day_of(late) == dt.date(2027, 1, 1)
    assert periods.next_month(late) == dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
    assert periods.next_day(late) == dt.datetime(2027, 1, 2, tzinfo=dt.UTC)


uses = st.lists(st.tuples(st.floats(0, 1e6), st.floats(1.7e9, 1.8e9)))


@given(uses, moments)
def test_old_use_counts_less_and_never_more_than_it_was(used, moment):
    counted = periods.decayed(used, moment, 7 * 86400)
    assert 0 <= counted <= sum(seconds for seconds, _ in used) * (1 + 1e-9)
    assert periods.decayed(used, moment + dt.timedelta(days=1), 7 * 86400) <= counted * (1 + 1e-9)


def test_use_halves_with_every_half_life():
    end = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    used = [(1000.0, end.timestamp())]
    assert periods.decayed(used, end, 86400) == 1000
    assert periods.decayed(used, end + dt.timedelta(days=2), 86400) == pytest.approx(250)
