"""What Prometheus is told of GPUs and owners: numbers, not names, and not more lines than have a bound."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from spaces import db
from spaces.api.gpu_metrics import most
from spaces.models import GpuRequest
from tests.unit.people import a_space
from tests.unit.quotas.test_gate import hold


@given(st.dictionaries(st.integers(1, 10_000), st.floats(0, 1e9), max_size=60), st.integers(1, 30))
def test_lines_are_bounded_and_nothing_is_left_out_of_the_sum(seconds, owners):
    shown = most(seconds, owners)
    assert len(shown) <= owners + 1
    assert abs(sum(shown.values()) - sum(seconds.values())) <= 1e-6 * (1 + sum(seconds.values()))


def test_holders_and_waiters_are_told_without_a_name(client):
    space, other = a_space("alice", "secretive"), a_space("bob", "waiting")
    hold(space, 1)
    with db.writing() as session:
        session.add(GpuRequest(space_id=other.id, owner_id=other.owner_id, flavor="t4-small"))
    text = client.get("/metrics").text
    assert 'demodock_gpu_reservations{model="T4"} 1.0' in text and "demodock_gpu_waiting 1.0" in text
    assert f'demodock_owner_gpu_seconds{{owner="{space.owner_id}",period="month"}} 36' in text
    assert "alice" not in text and "secretive" not in text
