"""The arithmetic of quotas: what is in force, what is left, and what makes no sense."""

from __future__ import annotations

import math
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.errors import Conflict, Invalid
from spaces.models import Quota
from spaces.quotas import terms
from spaces.quotas.terms import STORED_UNLIMITED, TERMS, UNLIMITED, Limits, Usage

amounts = st.floats(0, 1e9)
values = st.none() | st.just(STORED_UNLIMITED) | amounts
rows = st.fixed_dictionaries({term.key: values for term in TERMS})
usages = st.builds(Usage, **{field.name: amounts for field in fields(Usage)})


@given(rows, rows)
def test_an_owners_own_term_wins_and_what_it_leaves_open_is_everybodys(own, everybody):
    found = asdict(terms.effective(own, everybody))
    for key, value in found.items():
        said = own[key] if own[key] is not None else everybody[key]
        expected = {None: getattr(Limits(), key), STORED_UNLIMITED: UNLIMITED}.get(said, said)
        assert value == expected


@given(rows, usages)
def test_nothing_is_left_where_a_limit_is_exceeded_and_never_less_than_nothing(row, usage):
    limits = terms.effective(row)
    left, exceeded = terms.left(limits, usage), {excess.term.key for excess in terms.excesses(limits, usage)}
    for key, rest in left.items():
        assert rest >= 0
        assert rest == 0 if key in exceeded else rest == getattr(limits, key) - getattr(usage, key)


@given(st.sampled_from([term.key for term in TERMS]), st.none() | amounts | st.just("unlimited"))
def test_what_is_stored_reads_back_as_it_was_said(key, said):
    try:
        kept = terms.stored(said, key)
    except Invalid as error:
        assert terms.BY_KEY[key].wire in error.message and error.hint
        return
    if said is not None:
        assert terms.spelled(getattr(terms.effective({key: kept}), key)) == (
            said if said == "unlimited" else round(said, 3)
        )


@pytest.mark.parametrize("nonsense", [-1, -0.001, math.nan, math.inf, True, "many", [], {}, 1e13])
def test_nonsense_is_no_quota_and_is_told_by_its_name(nonsense):
    for term in TERMS:
        with pytest.raises(Invalid, match=term.wire) as caught:
            terms.stored(nonsense, term.key)
        assert caught.value.hint


@pytest.mark.parametrize(
    ("key", "value"), [("builds", 1.5), ("running_spaces", 0.5), ("weight", 0), ("guarantee", "unlimited")]
)
def test_some_terms_take_less_than_others(key, value):
    with pytest.raises(Invalid):
        terms.stored(value, key)


def test_a_guarantee_above_the_limit_contradicts_itself():
    with pytest.raises(Invalid, match="guaranteed 2 GPUs and allowed 1"):
        terms.check(Limits(guarantee=2, gpus=1), "acme")
    terms.check(Limits(guarantee=1, gpus=1), "acme")


@given(amounts, amounts, amounts)
def test_promises_rise_above_the_fleet_only_when_somebody_says_so(before, after, fleet):
    if after <= fleet or after <= before:
        assert terms.check_guarantees(before, after, fleet, overcommit=False) is None
    elif after > max(before, fleet) + 1e-6:
        with pytest.raises(Conflict, match="Guarantees would come to"):
            terms.check_guarantees(before, after, fleet, overcommit=False)
        assert terms.check_guarantees(before, after, fleet, overcommit=True)


def test_the_table_has_a_column_for_every_term():
    assert {term.key for term in TERMS} == set(Quota.model_fields) - {"owner_id", "changed_at"}
    assert [term.wire for term in TERMS][3:6] == ["gpuSecondsPerDay", "gpuSecondsPerMonth", "cpus"]
